package io.transship.core.pipeline.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.pipeline.preflight.PreflightCheck.Verdict;
import io.transship.core.storage.SecretUri;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a preflight says of secrets that the app itself fills. */
class RotatedSecretsTest {

    private static final SecretUri KEY = SecretUri.parse("https://keys.vault.azure.net/secrets/near-key");

    private final PreflightWorld world = new PreflightWorld();

    RotatedSecretsTest() throws IOException {}

    @Test
    void asksNobodyToMakeASasThatTheAppMakes() throws IOException {
        world.vault.values.remove(PreflightWorld.NEAR_SAS);

        PreflightReport report =
                world.check(rotated(new SasRotation.ByDelegation(Duration.ofDays(7))), PreflightWorld.REPOSITORY);

        assertThat(report.checks(Verdict.FAILED)).singleElement().satisfies(check -> {
            assertThat(check.hop()).isEqualTo(Hop.SECRET);
            assertThat(check.action())
                    .contains("/admin/functions/RotateSas", "SasRotationFailed")
                    .doesNotContain("generate-sas");
        });
    }

    @Test
    void readsTheAccountKeyThatRotationNeeds() throws IOException {
        ExportPipeline pipeline = rotated(new SasRotation.ByAccountKey(KEY, Duration.ofDays(30)));

        assertThat(world.check(pipeline, PreflightWorld.REPOSITORY).checks(Verdict.FAILED))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.target()).isEqualTo(KEY.toString());
                    assertThat(check.action()).contains("az keyvault secret set", "--name near-key");
                });

        world.vault.values.put(KEY, "a2V5");
        assertThat(world.check(pipeline, PreflightWorld.REPOSITORY).verdict()).isEqualTo(Verdict.PASSED);
    }

    private static ExportPipeline rotated(SasRotation rotation) {
        ExportPipeline pipeline = PreflightWorld.exportOf("lab");
        return new ExportPipeline(
                pipeline.id(),
                new PipelineContainer(PreflightWorld.NEAR, Optional.of(PreflightWorld.NEAR_SAS), Optional.of(rotation)),
                Optional.empty(),
                pipeline.options(),
                pipeline.identity());
    }
}
