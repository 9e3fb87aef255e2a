package io.transship.core.pipeline.rotation;

import static io.transship.core.pipeline.rotation.RotationWorld.NEAR;
import static io.transship.core.pipeline.rotation.RotationWorld.SECRET;
import static io.transship.core.pipeline.rotation.RotationWorld.WEEKLY;
import static io.transship.core.pipeline.rotation.RotationWorld.container;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.rotation.RotationRecord.Claim;
import io.transship.core.sas.InvalidSasException;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.SecretException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RotatingConnectionsTest {

    /** It may read and list only. */
    private static final String TOO_WEAK = "sv=2024-11-04&sr=c&sp=rl&se=2026-04-01T00:00:00Z&spr=https&sig=a2V5";

    private final RotationWorld world = new RotationWorld();
    private final RotatingConnections connections = new RotatingConnections(world.connections(), world.rotator());

    @Test
    void theFirstStepOfAPipelineFillsItsSecret() throws IOException {
        Pipeline pipeline = rotated();

        assertThat(connections.secretsInUse(pipeline)).hasSize(1);
        assertThat(world.vault.versions(SECRET)).hasSize(1);
        assertThat(connections
                        .container(pipeline, pipeline.container(), SasRequirements.EXPORT)
                        .list(""))
                .isEmpty();
        assertThat(world.vault.versions(SECRET)).hasSize(1);
    }

    @Test
    void aSasThatWillNotDoIsRotatedBeforeItsContainerIsOpened() throws IOException {
        Pipeline pipeline = rotated();
        world.vault.set(SECRET, TOO_WEAK);

        connections
                .container(pipeline, pipeline.container(), SasRequirements.EXPORT)
                .list("");

        assertThat(world.vault.versions(SECRET)).hasSize(2);
    }

    @Test
    void aRotationThatFailsLeavesTheErrorThatItShouldHaveCured() throws IOException {
        Pipeline pipeline = rotated();
        world.vault.set(SECRET, TOO_WEAK);
        world.vault.unwritable.add(SECRET.name());

        assertThatExceptionOfType(InvalidSasException.class)
                .isThrownBy(() -> connections.container(pipeline, pipeline.container(), SasRequirements.EXPORT))
                .withMessageContaining("needed is also 'w'");
        assertThat(world.recordNow().failuresInARow()).isEqualTo(1);
    }

    @Test
    void whatAnotherWorkerIsAboutToWriteIsWorthAnotherTry() throws IOException {
        Pipeline pipeline = rotated();
        claimedByAnother();

        assertThatExceptionOfType(SecretException.class)
                .isThrownBy(() -> connections.secretsInUse(pipeline))
                .withMessageContaining("another worker")
                .satisfies(e -> assertThat(e.isTransient()).isTrue());

        world.vault.set(SECRET, TOO_WEAK);
        Set<Digest> used = connections.secretsInUse(pipeline);
        assertThat(connections.renewSecrets(pipeline, used)).isTrue();
        assertThat(world.vault.versions(SECRET)).hasSize(1);
    }

    @Test
    void aSasThatIsRefusedIsRotatedAndWorthAnotherTry() throws IOException {
        Pipeline pipeline = rotated();
        Set<Digest> used = connections.secretsInUse(pipeline);
        world.acceptedKey = "bmV3";

        assertThat(connections.renewSecrets(pipeline, used)).isTrue();
        assertThat(world.valueNow()).contains("sig=bmV3");
    }

    @Test
    void aSasThatIsStillGoodIsNotRotatedAndNoReasonToTryAgain() throws IOException {
        Pipeline pipeline = rotated();
        Set<Digest> used = connections.secretsInUse(pipeline);

        assertThat(connections.renewSecrets(pipeline, used)).isFalse();
        assertThat(world.vault.versions(SECRET)).hasSize(1);
    }

    @Test
    void aSecretThatMayNotBeReadIsNoMatterForRotation() {
        Pipeline pipeline = rotated();
        world.vault.set(SECRET, TOO_WEAK);
        world.vault.unreadable.add(SECRET.name());

        assertThatExceptionOfType(SecretException.class)
                .isThrownBy(() -> connections.secretsInUse(pipeline))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(SecretException.Kind.FORBIDDEN));
        assertThat(world.records.all()).isEmpty();
    }

    @Test
    void whereNothingIsRotatedEverythingIsAsWithoutIt() throws IOException {
        world.exporting("out", container(NEAR, "sas", Optional.empty()), Optional.empty());
        Pipeline pipeline = world.all().getFirst();
        world.vault.set(SECRET, TOO_WEAK);
        Set<Digest> used = connections.secretsInUse(pipeline);

        assertThat(connections.renewSecrets(pipeline, used)).isFalse();
        assertThatExceptionOfType(InvalidSasException.class)
                .isThrownBy(() -> connections.container(pipeline, pipeline.container(), SasRequirements.EXPORT));
        assertThat(world.records.all()).isEmpty();
    }

    private Pipeline rotated() {
        world.exporting("out", WEEKLY);
        return world.all().getFirst();
    }

    private void claimedByAnother() {
        Claim other = new Claim("other", world.clock.instant().plusSeconds(60));
        world.records.create(RotationRecord.of(SECRET).claimedBy(other));
    }
}
