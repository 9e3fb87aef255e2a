package io.transship.core.sas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SasTermsTest {

    private static final Instant NOW = Instant.parse("2026-03-10T12:00:30.5Z");
    private static final String LONG_LIFE = "&st=2026-03-09T12:00:00Z&se=2026-04-08T12:00:00Z";
    private static final Set<SasPermission> LETTERS = SasRequirements.EXPORT.needed();
    private static final SasTerms TERMS = new SasTerms(SasToken.Kind.SERVICE, LETTERS, Duration.ofDays(30));

    @Test
    void aGrantStartsALittleInThePastAndItsLifeCountsFromThere() {
        SasTerms week = new SasTerms(SasToken.Kind.USER_DELEGATION, LETTERS, Duration.ofDays(7));

        assertThat(week.grant(NOW))
                .isEqualTo(new SasGrant(
                        EnumSet.of(SasPermission.LIST, SasPermission.READ, SasPermission.WRITE),
                        Instant.parse("2026-03-10T11:45:30Z"),
                        Instant.parse("2026-03-17T11:45:30Z")));
    }

    @Test
    void whatWasJustGrantedIsKept() {
        SasGrant grant = TERMS.grant(NOW);

        assertThat(reason("sr=c&sp=rwl&spr=https&st=%s&se=%s".formatted(grant.start(), grant.end())))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "sr=c&sp=rawl&spr=https, exactly 'rwl'",
        "sr=c&sp=rl&spr=https, exactly 'rwl'",
        "sr=b&sp=rwl&spr=https, not for a container",
        "sr=c&sp=rwl, HTTPS only",
        "sr=c&sp=rwl&spr=https&sip=10.0.0.1, from any address",
        "sr=c&sp=rwl&spr=https&si=policy, stored access policy",
        "ss=b&srt=sco&sp=rwl&spr=https, account SAS and should be a service SAS",
        "sr=c&sp=rwl&spr=https&skoid=o&sktid=t, user-delegation SAS and should be a service SAS",
    })
    void whatIsNotAsTheTermsSayIsReplacedHoweverLongItLives(String sas, String reason) {
        assertThat(reason(sas + LONG_LIFE).orElseThrow()).contains(reason);
    }

    @Test
    void whatHasNoSignatureIsReplaced() {
        SasToken unsigned = SasToken.parse("sv=2024-11-04&sr=c&sp=rwl&spr=https" + LONG_LIFE);

        assertThat(TERMS.reasonToReplace(unsigned, Optional.empty(), NOW)).contains("it has no signature");
    }

    @ParameterizedTest
    @CsvSource({
        // Half of thirty days is over on the fifteenth.
        "2026-02-23T12:00:31Z, 2026-03-25T12:00:31Z, ''",
        "2026-02-23T12:00:30Z, 2026-03-25T12:00:30Z, less than half",
        "2026-02-08T12:00:00Z, 2026-03-10T12:00:30Z, expired on 2026-03-10T12:00:30Z",
        // One that was issued with a shorter life is measured by its own.
        "2026-03-09T12:00:30Z, 2026-03-16T12:00:30Z, ''",
        "2026-03-06T00:00:00Z, 2026-03-13T00:00:00Z, less than half",
        // One that was issued with a longer life lives longer than it may now.
        "2026-03-10T11:00:00Z, 2026-04-10T11:00:00Z, later than its lifetime of 30 days",
        "2026-03-10T12:15:30Z, 2026-04-09T12:00:00Z, ''",
        "2026-03-10T12:15:31Z, 2026-04-09T12:00:00Z, not valid before",
    })
    void itIsReplacedWhenLessThanHalfOfItsLifeIsLeft(String start, String end, String reason) {
        Optional<String> found = reason("sr=c&sp=rwl&spr=https&st=%s&se=%s".formatted(start, end));

        assertThat(found.isPresent()).as(found.toString()).isEqualTo(!reason.isEmpty());
        assertThat(found.orElse("")).contains(reason);
    }

    @Test
    void oneWithoutStartIsMeasuredByTheTerms() {
        assertThat(reason("sr=c&sp=rwl&spr=https&se=2026-03-24T00:00:00Z").orElseThrow())
                .contains("less than half");
        assertThat(reason("sr=c&sp=rwl&spr=https&se=2026-04-01T00:00:00Z")).isEmpty();
        assertThat(reason("sr=c&sp=rwl&spr=https")).contains("it has no end");
    }

    @Test
    void aSecretThatEndsBeforeItsSasCountsAsTheEnd() {
        SasToken token = token("sr=c&sp=rwl&spr=https" + LONG_LIFE);

        assertThat(TERMS.reasonToReplace(token, Optional.of(NOW.plusSeconds(60)), NOW)
                        .orElseThrow())
                .contains("less than half");
        assertThat(TERMS.reasonToReplace(token, Optional.of(NOW), NOW).orElseThrow())
                .contains("expired");
        assertThat(TERMS.reasonToReplace(token, Optional.of(NOW.plus(Duration.ofDays(90))), NOW))
                .isEmpty();
    }

    @Test
    void noReasonShowsTheSignature() {
        assertThat(reason("sr=c&sp=r&spr=https" + LONG_LIFE).orElseThrow()).doesNotContain("hush");
    }

    @Test
    void aGrantHasSomeRightForSomeTime() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SasGrant(Set.of(), NOW, NOW.plusSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new SasGrant(LETTERS, NOW, NOW));
    }

    private static Optional<String> reason(String sas) {
        return TERMS.reasonToReplace(token(sas), Optional.empty(), NOW);
    }

    private static SasToken token(String sas) {
        return SasToken.parse("sv=2024-11-04&" + sas + "&sig=hush");
    }
}
