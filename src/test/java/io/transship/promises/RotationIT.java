package io.transship.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.local.MorePipelines;
import io.transship.local.RotationEvents;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.SmallImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SAS that the packaged app issues and rotates, started as Azure starts it: by the vault's event and by the timer. */
class RotationIT {

    private static final String IMAGE = "shop/rotated:1";
    private static final String DELEGATED = "{\"signedBy\":\"UserDelegationKey\"}";

    private static TestedApp app;
    private static RotationEvents events;

    @BeforeAll
    static void startApp(@TempDir Path directory) throws IOException {
        app = TestedApp.start(
                directory,
                new MorePipelines()
                        .exporting("source", "rotated")
                        .exporting("source", "timed")
                        .exporting("source", "refused"));
        events = new RotationEvents(app.cloud());
        SmallImage.push(app.source(), IMAGE, "a layer");
    }

    @AfterAll
    static void stopApp() throws IOException {
        events.close();
        app.close();
    }

    @Test
    void theVaultsEventRotatesASasOnceAndAnExportUsesIt() throws Exception {
        declare("by-event", "rotated", DELEGATED);

        assertThat(events.send("Microsoft.KeyVault.SecretNearExpiry", "by-event-sas"))
                .isEqualTo(202);
        assertThat(app.cloud().vault().value("by-event-sas").orElseThrow()).contains("skoid=", "sp=rwl", "spr=https");
        // The vault sends the next one right after the write, since the SAS ends within thirty days.
        assertThat(events.sendAsCloudEvent("Microsoft.KeyVault.SecretNearExpiry", "by-event-sas"))
                .isEqualTo(202);
        assertThat(app.cloud().vault().versions("by-event-sas")).isEqualTo(1);

        app.assertSucceeded(app.export("by-event", "rotated.tar", IMAGE));
        assertThat(app.archives("rotated")).containsExactly("rotated.tar");
    }

    @Test
    void theTimerRotatesWhatIsDue() throws Exception {
        declare("by-timer", "timed", DELEGATED);

        assertThat(events.tick("RotateSas")).isEqualTo(202);

        events.awaitVersions("by-timer-sas", 1);
        assertThat(app.cloud().vault().value("by-timer-sas").orElseThrow()).contains("skoid=");
    }

    @Test
    void anEventOfASecretThatNobodyRotatesIsIgnoredWithAReason() throws Exception {
        assertThat(events.send("Microsoft.KeyVault.SecretNearExpiry", "export-sas"))
                .isEqualTo(202);

        assertThat(log()).contains("/secrets/export-sas/", "no pipeline has sasRotation for it");
        assertThat(app.cloud().vault().versions("export-sas")).isEqualTo(1);
    }

    @Test
    void aFailureFailsTheInvocationAndIsOneLineToAlertOn() throws Exception {
        declare("by-nobody", "refused", DELEGATED);
        app.cloud().vault().set("by-nobody-sas", "?sv=too-short");
        app.cloud().vault().forbidWriting("by-nobody-sas");

        assertThat(events.send("Microsoft.KeyVault.SecretExpired", "by-nobody-sas"))
                .isEqualTo(500);

        assertThat(log().lines().filter(line -> line.contains("SasRotationFailed secret=")))
                .anySatisfy(line -> assertThat(line)
                        .contains("/secrets/by-nobody-sas'", "/srcstore/refused'", "Key Vault Secrets Officer"));
        assertThat(app.cloud().vault().versions("by-nobody-sas")).isEqualTo(1);
    }

    private static void declare(String pipeline, String container, String rotation) throws IOException {
        String body = """
                {"properties":{"target":{"uri":"%s","keyVaultUri":"%s","sasRotation":%s}}}""".formatted(
                        app.exports(container).getBlobContainerUrl(),
                        app.cloud().vault().secretUri(pipeline + "-sas"),
                        rotation);
        var answer = app.client().call("PUT", path(pipeline), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body()).contains("\"lifetime\":\"P7D\"");
    }

    private static String path(String pipeline) {
        return "/api" + app.cloud().registryPath("source") + "/exportPipelines/" + pipeline
                + "?api-version=2025-06-01-preview";
    }

    private static String log() throws IOException {
        return Files.readString(app.cloud().host().log());
    }
}
