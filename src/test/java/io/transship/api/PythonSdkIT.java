package io.transship.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.oci.Digest;
import io.transship.local.MorePipelines;
import io.transship.local.PythonScript;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.SampleArtifact;
import io.transship.local.artifacts.SmallImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Microsoft's client for Python, unchanged, does with this app what it does with ACR Transfer. */
class PythonSdkIT {

    private static final String CONTAINER = "sdk-transfer";

    @Test
    void microsoftsClientCreatesPipelinesAndRunsAndFollowsThemToTheirEnd(@TempDir Path directory) throws IOException {
        try (TestedApp app = TestedApp.start(directory, new MorePipelines())) {
            SampleArtifact image = SmallImage.push(app.source(), "shop/web:1", "a layer");
            app.exports(CONTAINER).create();
            app.setExportSas(CONTAINER, CONTAINER, "dalrw", TestedApp.SAS_LIFE);

            String said = PythonScript.run(
                    "microsoft_sdk.py",
                    directory,
                    Map.of("TRANSSHIP_FUNCTION_KEY", app.cloud().functionKey()),
                    app.cloud().host().uri().resolve("/api").toString(),
                    app.exports(CONTAINER).getBlobContainerUrl(),
                    app.cloud().vault().secretUri(CONTAINER + "-sas").toString(),
                    "shop/web:1");

            assertThat(said)
                    .contains("v2019_12_01_preview", "v2022_02_01_preview")
                    .endsWith("all right\n");
            assertThat(app.target().manifest("shop/web", "1"))
                    .hasValueSatisfying(
                            manifest -> assertThat(Digest.sha256Of(manifest)).hasToString(image.digest()));
        }
    }
}
