package io.transship.core.pipeline.rotation;

import static io.transship.core.pipeline.rotation.RotationWorld.FAR;
import static io.transship.core.pipeline.rotation.RotationWorld.MONTHLY;
import static io.transship.core.pipeline.rotation.RotationWorld.NEAR;
import static io.transship.core.pipeline.rotation.RotationWorld.WEEKLY;
import static io.transship.core.pipeline.rotation.RotationWorld.container;
import static io.transship.core.pipeline.rotation.RotationWorld.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.sas.SasPermission;
import io.transship.core.storage.SecretUri;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RotationPlanTest {

    private final RotationWorld world = new RotationWorld();

    @Test
    void onlySecretsThatAPipelineWantsRotatedAreInIt() {
        world.exporting(
                "out",
                container(NEAR, "sas", Optional.of(WEEKLY)),
                Optional.of(new PipelineContainer(FAR, Optional.empty())));
        world.importing("in", container(FAR, "by-hand", Optional.empty()));

        assertThat(plan().secrets()).extracting(RotatedSecret::secret).containsExactly(secret("sas"));
        assertThat(plan().find(secret("by-hand"))).isEmpty();
    }

    @Test
    void eachTaskGivesExactlyItsLetters() {
        world.exporting(
                "out",
                container(NEAR, "out-sas", Optional.of(WEEKLY)),
                Optional.of(container(FAR, "relay-sas", Optional.of(MONTHLY))));
        world.importing("in", container(FAR, "in-sas", Optional.of(WEEKLY)));
        world.importing(
                "tidy", container(FAR, "tidy-sas", Optional.of(WEEKLY)), PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS);

        assertThat(letters("out-sas")).isEqualTo("rwl");
        assertThat(letters("relay-sas")).isEqualTo("rwl");
        assertThat(letters("in-sas")).isEqualTo("rl");
        assertThat(letters("tidy-sas")).isEqualTo("rdl");
    }

    @Test
    void aSecretGetsTheLettersOfAllPipelinesThatNameItAlsoOfThoseThatDoNotRotateIt() {
        world.exporting("out", container(NEAR, "sas", Optional.of(WEEKLY)), Optional.empty());
        world.importing("in", container(NEAR, "SAS", Optional.empty()), PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS);

        assertThat(letters("sas")).isEqualTo("rwdl");
        assertThat(planned("sas").contradiction()).isEmpty();
        assertThat(planned("sas").pipelineNames()).isEqualTo("out, in");
        assertThat(planned("sas").identity()).contains("mover");
    }

    @Test
    void aPipelineThatPinsAVersionHasNoPartInIt() {
        world.exporting("out", container(NEAR, "sas", Optional.of(WEEKLY)), Optional.empty());
        world.importing(
                "in",
                new PipelineContainer(FAR, Optional.of(SecretUri.parse("https://v.vault.azure.net/secrets/sas/0123"))));

        assertThat(letters("sas")).isEqualTo("rwl");
        assertThat(planned("sas").contradiction()).isEmpty();
    }

    @Test
    void twoContainersForOneSecretAreAContradictionThatNamesBothPipelines() {
        world.exporting("out", container(NEAR, "sas", Optional.of(WEEKLY)), Optional.empty());
        world.importing("in", container(FAR, "sas", Optional.empty()));

        assertThat(planned("sas").contradiction().orElseThrow())
                .contains(
                        "exportPipelines/out'",
                        "importPipelines/in'",
                        NEAR.toString(),
                        FAR.toString(),
                        "give each container a secret of its own");
    }

    @Test
    void differentRotationsOfOneSecretAreAContradictionThatNamesBothPipelines() {
        world.exporting("out", container(NEAR, "sas", Optional.of(WEEKLY)), Optional.empty());
        world.importing("in", container(NEAR, "sas", Optional.of(MONTHLY)));

        assertThat(planned("sas").contradiction().orElseThrow())
                .contains("exportPipelines/out'", "importPipelines/in'", "make their sasRotation equal");
    }

    @Test
    void aSecretThatHoldsAnAccountKeyIsNeverWrittenOver() {
        world.exporting("out", container(NEAR, "key1", Optional.of(WEEKLY)), Optional.empty());
        world.importing("in", container(FAR, "in-sas", Optional.of(MONTHLY)));

        assertThat(planned("key1").contradiction().orElseThrow()).contains("account's key", "a secret of its own");
        assertThat(planned("in-sas").contradiction()).isEmpty();
    }

    private String letters(String secret) {
        return SasPermission.letters(planned(secret).permissions());
    }

    private RotatedSecret planned(String secret) {
        return plan().find(secret(secret)).orElseThrow();
    }

    private RotationPlan plan() {
        return RotationPlan.of(world.all());
    }
}
