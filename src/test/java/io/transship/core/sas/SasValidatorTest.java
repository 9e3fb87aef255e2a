package io.transship.core.sas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.transship.core.sas.SasProblem.Code;
import io.transship.core.sas.SasProblem.Severity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SasValidatorTest {

    private static final Instant NOW = Instant.parse("2026-03-10T12:00:30Z");
    private static final SasTarget TARGET = new SasTarget("contoso", "transfer");

    private final SasValidator validator = new SasValidator(Clock.fixed(NOW, ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource({
        "rwl, EXPORT",
        "rawl, EXPORT",
        "racwl, EXPORT",
        "rwl, RELAY_TARGET",
        "r, RELAY_SOURCE",
        "rl, IMPORT",
        "rdl, IMPORT_AND_DELETE",
    })
    void acceptsContainerSasWithTheRightLetters(String letters, SasRequirements requirements) {
        String sas = "sv=2024-11-04&sr=c&sp=%s&se=2026-04-10&spr=https&sig=AAAA".formatted(letters);

        assertThat(validate(sas, requirements)).isEmpty();
    }

    @Test
    void acceptsAccountSasForContainersAndObjectsOfBlobStorage() {
        assertThat(validate(
                        "sv=2018-03-28&ss=b&srt=sco&sp=rwl&se=2026-04-10&spr=https&sig=AAAA", SasRequirements.EXPORT))
                .isEmpty();
    }

    @Test
    void namesEveryProblemAtOnce() {
        List<SasProblem> problems = validate(
                "sv=2018-03-28&ss=fq&srt=s&sp=rd&st=2026-03-10T12:30:00Z&se=2026-03-10T12:00:00Z",
                SasRequirements.EXPORT);

        assertThat(problems)
                .extracting(SasProblem::code, SasProblem::severity, SasProblem::field)
                .containsExactly(
                        tuple(Code.SIGNATURE_MISSING, Severity.ERROR, "sig"),
                        tuple(Code.NOT_YET_VALID, Severity.ERROR, "st"),
                        tuple(Code.NEVER_VALID, Severity.ERROR, "se"),
                        tuple(Code.PERMISSIONS_MISSING, Severity.ERROR, "sp"),
                        tuple(Code.MORE_THAN_NEEDED, Severity.WARNING, "sp"),
                        tuple(Code.SERVICES_MISSING, Severity.ERROR, "ss"),
                        tuple(Code.RESOURCE_TYPES_MISSING, Severity.ERROR, "srt"),
                        tuple(Code.HTTP_ALLOWED, Severity.WARNING, "spr"));
    }

    @Test
    void describesProblemsWithTheCommandThatSolvesThemOnce() {
        List<SasProblem> problems =
                validate("sv=2024-11-04&sr=b&sp=r&se=2026-04-10&spr=https&sig=AAAA", SasRequirements.EXPORT);

        assertThat(SasProblem.describe(problems))
                .isEqualTo(
                        "error: SAS 'sp' is 'r', needed is also 'wl'; error: SAS 'sr' is 'b', a single blob, needed is"
                                + " 'c', the container. Next step: make a new SAS and store it as the secret: az storage container"
                                + " generate-sas --account-name contoso --name transfer --permissions rawl --expiry"
                                + " 2026-04-09T12:00Z --https-only --output tsv");
    }

    @Test
    void suggestsDelegatedSasInPlaceOfDelegatedSas() {
        List<SasProblem> problems = validate(
                "sv=2024-11-04&sr=c&sp=r&skoid=o&sktid=t&sks=b&skv=2024-11-04&skt=2026-03-10T00:00:00Z&ske=2026-03-15T00:00:00Z&se=2026-03-16&spr=https&sig=A",
                SasRequirements.IMPORT);

        assertThat(problems).extracting(SasProblem::code).containsExactly(Code.PERMISSIONS_MISSING);
        assertThat(SasProblem.describe(problems)).contains("--expiry 2026-03-16T12:00Z", "--as-user --auth-mode login");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "2026-03-10T12:00:30Z, -",
                "2026-03-10T12:15:30Z, WARNING",
                "2026-03-10T12:15:31Z, ERROR",
            })
    void toleratesStartWithinClockSkew(String start, Severity severity) {
        List<SasProblem> problems = validate(
                "sv=2024-11-04&sr=c&sp=rl&st=" + start + "&se=2026-04-10&spr=https&sig=AAAA", SasRequirements.IMPORT);

        assertThat(problems)
                .extracting(SasProblem::severity)
                .isEqualTo(severity == null ? List.of() : List.of(severity));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "2026-03-10T12:00:30Z, EXPIRED",
                "2026-03-10T12:00:31Z, EXPIRES_SOON",
                "2026-03-17T12:00:29Z, EXPIRES_SOON",
                "2026-03-17T12:00:30Z, -",
            })
    void warnsSevenDaysBeforeTheEnd(String expiry, Code code) {
        List<SasProblem> problems =
                validate("sv=2024-11-04&sr=c&sp=rl&se=" + expiry + "&spr=https&sig=AAAA", SasRequirements.IMPORT);

        assertThat(problems).extracting(SasProblem::code).isEqualTo(code == null ? List.of() : List.of(code));
    }

    @Test
    void saysThatStoredAccessPolicyCannotBeKnown() {
        List<SasProblem> problems =
                validate("sv=2024-11-04&sr=c&si=exports&spr=https&sig=AAAA", SasRequirements.EXPORT);

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(Code.STORED_POLICY);
            assertThat(problem.isError()).isFalse();
            assertThat(problem.toString()).contains("'rwl'", "az storage container policy list");
        });
    }

    @Test
    void demandsAnEndWithoutStoredAccessPolicy() {
        assertThat(validate("sv=2024-11-04&sr=c&sp=rl&spr=https&sig=AAAA", SasRequirements.IMPORT))
                .extracting(SasProblem::code)
                .containsExactly(Code.EXPIRY_MISSING);
    }

    @Test
    void warnsOfAddressesThatMayShutTheAppOut() {
        assertThat(validate(
                        "sv=2024-11-04&sr=c&sp=rl&se=2026-04-10&sip=10.0.0.1&spr=https&sig=AAAA",
                        SasRequirements.IMPORT))
                .extracting(SasProblem::code)
                .containsExactly(Code.ADDRESSES_RESTRICTED);
    }

    @Test
    void namesWhatADelegatedSasLacks() {
        assertThat(validate(
                        "sv=2024-11-04&sr=c&sp=rl&skoid=o&skt=2026-03-10&se=2026-03-16&spr=https&sig=A",
                        SasRequirements.IMPORT))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(Code.DELEGATION_INCOMPLETE);
                    assertThat(problem.found()).isEqualTo("without 'sktid', 'ske', 'sks', 'skv'");
                });
    }

    @Test
    void namesTheTimeOfTheDelegationKeyWhereItIsTheOneThatEnds() {
        assertThat(validate(
                        "sv=2024-11-04&sr=c&sp=rl&skoid=o&sktid=t&sks=b&skv=2024-11-04&skt=2026-03-01&ske=2026-03-10T12:00:00Z&se=2026-03-16&spr=https&sig=A",
                        SasRequirements.IMPORT))
                .extracting(SasProblem::code, SasProblem::field)
                .containsExactly(tuple(Code.EXPIRED, "ske"));
    }

    @ParameterizedTest
    @CsvSource({"b, a single blob", "d, a single directory"})
    void demandsASasOfTheContainer(String resource, String called) {
        assertThat(validate(
                        "sv=2024-11-04&sr=%s&sp=rl&se=2026-04-10&spr=https&sig=AAAA".formatted(resource),
                        SasRequirements.IMPORT))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(Code.NOT_FOR_CONTAINER);
                    assertThat(problem.found()).isEqualTo("'%s', %s".formatted(resource, called));
                });
    }

    @ParameterizedTest
    @CsvSource({
        "rdl, IMPORT, d",
        "racwdxltmei, EXPORT, dxtmei",
        "racwdl, IMPORT_AND_DELETE, acw",
        "rwl, RELAY_SOURCE, w",
    })
    void warnsOfRightsThatNobodyNeeds(String letters, SasRequirements requirements, String beyond) {
        assertThat(validate(
                        "sv=2024-11-04&sr=c&sp=%s&se=2026-04-10&spr=https&sig=AAAA".formatted(letters), requirements))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(Code.MORE_THAN_NEEDED);
                    assertThat(problem.isError()).isFalse();
                    assertThat(problem.found()).endsWith("of which '%s' is not used".formatted(beyond));
                });
    }

    @Test
    void warnsOfAccountSasForMoreThanBlobs() {
        assertThat(validate(
                        "sv=2018-03-28&ss=bfqt&srt=sco&sp=rwl&se=2026-04-10&spr=https&sig=AAAA",
                        SasRequirements.EXPORT))
                .extracting(SasProblem::code, SasProblem::field)
                .containsExactly(tuple(Code.MORE_THAN_NEEDED, "ss"));
    }

    @ParameterizedTest
    @CsvSource({"sr=c&sp=lr, true", "sr=c&sp=rl, false", "ss=b&srt=co&sp=lr, false"})
    void warnsOfLettersWhoseOrderTheServiceRefuses(String scope, boolean warned) {
        assertThat(validate("sv=2024-11-04&" + scope + "&se=2026-04-10&spr=https&sig=AAAA", SasRequirements.IMPORT))
                .extracting(SasProblem::code)
                .isEqualTo(warned ? List.of(Code.PERMISSIONS_OUT_OF_ORDER) : List.of());
    }

    @Test
    void warnsOfAnEndBeforeTheRunIsOver() {
        String sas = "sv=2024-11-04&sr=c&sp=rl&se=2026-03-25&spr=https&sig=AAAA";

        assertThat(validator.validate(SasToken.parse(sas), SasRequirements.IMPORT, TARGET, Duration.ofDays(14)))
                .isEmpty();
        assertThat(validator.validate(SasToken.parse(sas), SasRequirements.IMPORT, TARGET, Duration.ofDays(15)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(Code.EXPIRES_WITHIN_RUN);
                    assertThat(problem.isError()).isFalse();
                });
    }

    private List<SasProblem> validate(String sas, SasRequirements requirements) {
        return validator.validate(SasToken.parse(sas), requirements, TARGET);
    }
}
