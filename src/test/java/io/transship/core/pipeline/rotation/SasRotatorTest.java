package io.transship.core.pipeline.rotation;

import static io.transship.core.pipeline.rotation.RotationWorld.KEY;
import static io.transship.core.pipeline.rotation.RotationWorld.MONTHLY;
import static io.transship.core.pipeline.rotation.RotationWorld.NEAR;
import static io.transship.core.pipeline.rotation.RotationWorld.SECRET;
import static io.transship.core.pipeline.rotation.RotationWorld.WEEKLY;
import static io.transship.core.pipeline.rotation.RotationWorld.container;
import static io.transship.core.pipeline.rotation.RotationWorld.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.rotation.RotationOutcome.Failed;
import io.transship.core.pipeline.rotation.RotationOutcome.Kept;
import io.transship.core.pipeline.rotation.RotationOutcome.Rotated;
import io.transship.core.sas.SasPermission;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SasIssuer.Signer;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.SecretVersions.Version;
import io.transship.core.storage.StorageException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SasRotatorTest {

    private final RotationWorld world = new RotationWorld();

    @Test
    void aSecretThatIsNotThereGetsItsFirstSas() throws IOException {
        world.exporting("out", WEEKLY);

        Rotated rotated = (Rotated) rotate();

        Instant end = Instant.parse("2026-03-17T11:45:00Z");
        assertThat(rotated.expiry()).isEqualTo(end);
        assertThat(rotated.toString()).contains("there was no secret", "2026-03-17T11:45:00Z", NEAR.toString());
        assertThat(world.vault.versions(SECRET)).singleElement().satisfies(version -> {
            assertThat(version.value()).startsWith("?sv=");
            assertThat(version.expires()).contains(end);
            assertThat(version.contentType()).isEqualTo("application/vnd.ms-sastoken-storage");
            assertThat(version.tags())
                    .isEqualTo(Map.of(
                            "transship-container", NEAR.toString(),
                            "transship-permissions", "rwl",
                            "transship-signed-by", "UserDelegationKey",
                            "transship-pipelines", "out"));
        });
        assertThat(world.tokenNow()).satisfies(token -> {
            assertThat(token.kind()).isEqualTo(SasToken.Kind.USER_DELEGATION);
            assertThat(SasPermission.letters(token.permissions())).isEqualTo("rwl");
            assertThat(token.isHttpsOnly()).isTrue();
        });
        assertThat(world.signers).containsExactly(new Signer.Identity(Optional.of("mover")));
        assertThat(world.vault.forgotten).containsExactly("sas");
        assertThat(world.recordNow()).satisfies(record -> {
            assertThat(record.claim()).isEmpty();
            assertThat(record.success()).contains(new RotationRecord.Success(world.clock.instant(), end));
        });
    }

    @Test
    void anAccountKeyIsReadFromItsSecretAnewEachTime() throws IOException {
        world.exporting("out", MONTHLY);
        world.vault.set(KEY, world.acceptedKey + "\n");

        Rotated rotated = (Rotated) rotate();

        assertThat(rotated.expiry()).isEqualTo("2026-04-09T11:45:00Z");
        assertThat(world.tokenNow().kind()).isEqualTo(SasToken.Kind.SERVICE);
        assertThat(world.vault.forgotten).containsExactly("key1", "sas");
        assertThat(world.signers.getFirst()).isEqualTo(new Signer.AccountKey("a2V5"));
        assertThat(world.signers.getFirst().toString()).doesNotContain("a2V5");
    }

    @Test
    void itIsKeptUntilHalfOfItsLifeIsOverAndThenOverlaps() throws IOException {
        world.exporting("out", WEEKLY);
        rotate();
        String first = world.valueNow();

        world.clock.advance(Duration.ofDays(3).plusHours(11));
        Kept kept = (Kept) rotate();
        assertThat(kept.daysLeft()).isEqualTo(3);
        assertThat(world.valueNow()).isEqualTo(first);

        world.clock.advance(Duration.ofHours(1));
        assertThat(rotate()).isInstanceOf(Rotated.class);
        assertThat(world.vault.versions(SECRET))
                .extracting(Version::value)
                .startsWith(first)
                .hasSize(2);
        SasToken old = SasToken.parse(first);
        assertThat(old.expiry().orElseThrow()).isAfter(world.clock.instant().plus(Duration.ofDays(3)));
    }

    @Test
    void askingAgainDoesNothingAndWritesNothing() throws IOException {
        world.exporting("out", WEEKLY);
        rotate();
        long writes = world.records.writes();

        // As the vault's event does, right after each write of a SAS of seven days.
        SecretUri named = SecretUri.parse(SECRET + "/0123abcd");
        assertThat(world.rotator().rotate(named).orElseThrow()).isInstanceOf(Kept.class);
        assertThat(rotate()).isInstanceOf(Kept.class);

        assertThat(world.vault.versions(SECRET)).hasSize(1);
        assertThat(world.records.writes()).isEqualTo(writes);
    }

    @Test
    void aSecretThatNoPipelineRotatesIsLeftAlone() throws IOException {
        world.exporting("out", WEEKLY);

        assertThat(world.rotator().rotate(secret("other"))).isEmpty();
        assertThat(world.signers).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "?sv=2024-11-04&sr=c", "sv=2024-11-04&sr=c&sp=rawl&se=2026-04-01&spr=https&sig=a2V5"})
    void aSasThatSomeoneElseStoredIsReplacedAlsoABrokenOne(String value) throws IOException {
        world.exporting("out", WEEKLY);
        world.vault.set(SECRET, value);

        Rotated rotated = (Rotated) rotate();

        assertThat(rotated.toString()).doesNotContain("hush", "a2V5");
        assertThat(world.tokenNow().kind()).isEqualTo(SasToken.Kind.USER_DELEGATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hush", "Server=db;Password=hush"})
    void whatIsNoSasIsNeverWrittenOver(String value) throws IOException {
        world.exporting("out", WEEKLY);
        world.vault.set(SECRET, value);

        assertThat(((Failed) rotate()).message())
                .contains("holds something else than a SAS", "name another secret in keyVaultUri")
                .doesNotContain("hush");
        assertThat(world.vault.versions(SECRET)).hasSize(1);
        assertThat(world.signers).isEmpty();
    }

    @Test
    void aPipelineThatNeedsMoreLettersGetsThem() throws IOException {
        world.exporting("out", WEEKLY);
        rotate();
        world.importing("in", container(NEAR, "sas", Optional.empty()), PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS);

        assertThat(((Rotated) rotate()).reason()).contains("'rwl'", "exactly 'rwdl'");
        assertThat(SasPermission.letters(world.tokenNow().permissions())).isEqualTo("rwdl");
    }

    @Test
    void aPipelineThatMovesToAnotherContainerGetsASasForThat() throws IOException {
        world.exporting("out", WEEKLY);
        rotate();
        world.pipelines.clear();
        world.exporting("out", container(RotationWorld.FAR, "sas", Optional.of(WEEKLY)), Optional.empty());

        assertThat(((Rotated) rotate()).reason()).contains("it was for container '%s'".formatted(NEAR));
    }

    @Test
    void aSasThatTheContainerRefusesIsReplacedAlthoughItLooksGood() throws IOException {
        world.exporting("out", MONTHLY);
        world.vault.set(KEY, "a2V5");
        rotate();
        world.acceptedKey = "bmV3";
        world.vault.set(KEY, "bmV3");

        assertThat(((Rotated) rotate()).reason()).contains("the container refused it", "AuthenticationFailed");
        assertThat(world.valueNow()).contains("sig=bmV3");
    }

    @Test
    void aContainerThatIsAwayForAWhileIsNoReasonAndNoFailure() throws IOException {
        world.exporting("out", WEEKLY);
        rotate();
        world.closed.add(NEAR);
        world.answer = Kind.UNAVAILABLE;

        assertThat(rotate()).isInstanceOf(Kept.class);
    }

    @Test
    void aContainerThatIsGoneIsAFailure() throws IOException {
        world.exporting("out", WEEKLY);
        rotate();
        world.closed.add(NEAR);
        world.answer = Kind.CONTAINER_NOT_FOUND;

        assertThat(rotate()).isInstanceOf(Failed.class);
        assertThat(world.vault.versions(SECRET)).hasSize(1);
    }

    @Test
    void aSasThatTheContainerRefusesIsNeverStored() throws IOException {
        world.exporting("out", WEEKLY);
        world.closed.add(NEAR);

        Failed failed = (Failed) rotate();

        assertThat(world.vault.versions(SECRET)).isEmpty();
        assertThat(failed.toString())
                .startsWith("SasRotationFailed secret='%s' container='%s' expiry='unknown' daysLeft='unknown'"
                        .formatted(SECRET, NEAR))
                .contains("is not stored", "Storage Blob Data Contributor", "failuresInARow=1")
                .doesNotContain("a2V5");
    }

    @Test
    void anAccountKeyThatTheAccountDoesNotHaveAnyMoreIsNamed() throws IOException {
        world.exporting("out", MONTHLY);
        world.vault.set(KEY, "b2xk");

        assertThat(((Failed) rotate()).message())
                .contains("is not stored", KEY.toString(), "account 'near'", "allowSharedKeyAccess")
                .doesNotContain("b2xk");
    }

    @Test
    void aSasThatIsNotWhatWasAskedForIsNeverStored() throws IOException {
        world.exporting("out", WEEKLY);

        Failed failed = (Failed) world.rotator((container, grant, signer) ->
                        SasToken.parse("sv=2024-11-04&sr=c&sp=r&st=%s&se=%s&spr=https&skoid=o&sig=a2V5"
                                .formatted(grant.start(), grant.end())))
                .rotate(SECRET)
                .orElseThrow();

        assertThat(failed.message()).contains("will not do, and is not stored", "'wl'");
        assertThat(world.vault.versions(SECRET)).isEmpty();
    }

    @Test
    void aFailureSaysHowLongTheOldSasLastsAndIsCountedUntilItIsPutRight() throws IOException {
        world.exporting("out", WEEKLY);
        rotate();
        world.vault.unwritable.add("sas");
        world.clock.advance(Duration.ofDays(4));

        Failed first = (Failed) rotate();
        world.clock.advance(Duration.ofDays(3));
        Failed second = (Failed) rotate();

        assertThat(first.daysLeft()).contains(2L);
        assertThat(first.toString()).contains("expiry='2026-03-17T11:45:00Z' daysLeft='2' failuresInARow=1");
        assertThat(second.toString()).contains("daysLeft='-1' failuresInARow=2", "assign the role");
        assertThat(world.recordNow()).satisfies(record -> {
            assertThat(record.claim()).isEmpty();
            assertThat(record.failuresInARow()).isEqualTo(2);
            assertThat(record.failure().orElseThrow().at()).isEqualTo(world.clock.instant());
            assertThat(record.failure().orElseThrow().message()).contains("assign the role");
        });

        world.vault.unwritable.clear();
        assertThat(rotate()).isInstanceOf(Rotated.class);
        assertThat(world.recordNow().failuresInARow()).isZero();
        assertThat(world.recordNow().failure()).isPresent();
    }

    @Test
    void aFailureThatSomeoneElsePutRightIsForgottenAtTheNextLook() throws IOException {
        world.exporting("out", WEEKLY);
        rotate();
        world.vault.unreadable.add("sas");
        assertThat(((Failed) rotate()).daysLeft()).isEmpty();

        world.vault.unreadable.clear();

        assertThat(rotate()).isInstanceOf(Kept.class);
        assertThat(world.recordNow().failuresInARow()).isZero();
    }

    @Test
    void oneFailureDoesNotStopTheOthers() throws IOException {
        world.exporting("a", container(NEAR, "a-sas", Optional.of(WEEKLY)), Optional.empty());
        world.exporting("b", container(NEAR, "b-sas", Optional.of(WEEKLY)), Optional.empty());
        world.exporting("c", container(NEAR, "c-sas", Optional.of(WEEKLY)), Optional.empty());
        world.vault.unwritable.add("a-sas");
        world.vault.unreadable.add("b-sas");

        List<RotationOutcome> outcomes = world.rotator().rotateAll();

        assertThat(outcomes).extracting(outcome -> outcome.secret().name()).containsExactly("a-sas", "b-sas", "c-sas");
        assertThat(outcomes.get(0)).isInstanceOf(Failed.class);
        assertThat(outcomes.get(1)).isInstanceOf(Failed.class);
        assertThat(outcomes.get(2)).isInstanceOf(Rotated.class);
    }

    @Test
    void pipelinesThatContradictRotateNothing() throws IOException {
        world.exporting("out", WEEKLY);
        world.importing("in", container(RotationWorld.FAR, "sas", Optional.empty()));

        assertThat(((Failed) rotate()).message()).contains("exportPipelines/out", "importPipelines/in");
        assertThat(world.vault.versions(SECRET)).isEmpty();
        assertThat(world.signers).isEmpty();
    }

    @Test
    void hostsThatAreNotAllowedGetNothing() throws IOException {
        world.exporting(
                "out",
                container(ContainerUri.parse("https://near.evil.example/transfer"), "sas", Optional.of(WEEKLY)),
                Optional.empty());

        assertThat(((Failed) rotate()).message()).contains("near.evil.example", "TRANSSHIP_ALLOWED_HOSTS");
        assertThat(world.signers).isEmpty();
    }

    private RotationOutcome rotate() throws IOException {
        List<RotationOutcome> outcomes = world.rotator().rotateAll();
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst();
    }
}
