package io.transship.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.local.MorePipelines;
import io.transship.local.RegistryServer;
import io.transship.local.TestedApp;
import io.transship.local.ThrottlingProxy;
import io.transship.local.artifacts.SmallImage;
import io.transship.local.demo.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that does not answer, does not let us in, or is too busy. */
class RegistryFailuresIT {

    private static final int REFUSALS = 3;

    private static TestedApp app;
    private static ThrottlingProxy proxy;
    private static URI nobody;

    @BeforeAll
    static void startApp(@TempDir Path directory) throws IOException {
        nobody = unusedAddress();
        proxy = ThrottlingProxy.start(() -> app.cloud().registry("source").uri(), REFUSALS);
        app = TestedApp.start(
                directory,
                new MorePipelines()
                        .registry("nobody", nobody, "source-registry-password")
                        .registry("busy", proxy.uri(), "source-registry-password")
                        .exporting("source", "plain")
                        .exporting("nobody", "fromnobody")
                        .exporting("busy", "frombusy")
                        .importing("target", "intotarget")
                        .importing("nobody", "intonobody"));
        SmallImage.push(app.source(), "shop/web:1", "a layer");
    }

    @AfterAll
    static void stopApp() throws IOException {
        proxy.close();
        app.close();
    }

    @Test
    void anExportFromARegistryThatIsDownFailsAfterAllAttemptsAndNamesIt() throws Exception {
        Run run = app.export("fromnobody", "down.tar", "shop/web:1");

        app.assertFailed(
                run,
                "gave up on the plan export",
                "after repeated attempts",
                nobody.getAuthority(),
                "shop/web:1",
                "check the registry's address and the network between");
        assertThat(app.archives("fromnobody")).isEmpty();
    }

    @Test
    void anImportIntoARegistryThatIsDownFailsAfterAllAttemptsAndNamesIt() throws Exception {
        byte[] archive = app.archiveOf("plain", "to-nobody.tar", "shop/web:1");

        Run run = app.importOf("intonobody", "to-nobody.tar", archive);

        app.assertFailed(
                run,
                "gave up on the plan import",
                nobody.getAuthority(),
                "check the registry's address and the network between");
    }

    @Test
    void anExportGoesOnWhenItsRegistryComesBack() throws Exception {
        RegistryServer source = app.cloud().registry("source");
        source.stop();
        URI started;
        try {
            started = app.client().export("plain", List.of("shop/web:1"), "back.tar");
            Run troubled = app.awaitRun(started, run -> !run.message().isEmpty());
            assertThat(troubled.isFinished()).isFalse();
            assertThat(troubled.message()).contains(source.loginServer());
            assertThat(app.archives("plain")).doesNotContain("back.tar");
        } finally {
            source.start();
        }

        app.assertSucceeded(app.finished(started));
        assertThat(app.archives("plain")).contains("back.tar");
    }

    @Test
    void anImportGoesOnWhenItsRegistryComesBack() throws Exception {
        SmallImage.push(app.source(), "shop/patient:1", "a layer that waits");
        byte[] archive = app.archiveOf("plain", "patient.tar", "shop/patient:1");
        RegistryServer target = app.cloud().registry("target");
        target.stop();
        try {
            app.arrive("intotarget", "patient.tar", archive);
            Run troubled = app.awaitImport(
                    "intotarget", "patient.tar", run -> !run.message().isEmpty());
            assertThat(troubled.isFinished()).isFalse();
            assertThat(troubled.message()).contains(target.loginServer());
        } finally {
            target.start();
        }

        app.assertSucceeded(app.awaitImport("intotarget", "patient.tar", Run::isFinished));
        assertThat(app.target().tags("shop/patient")).containsExactly("1");
    }

    @Test
    void aBusyRegistryIsAskedAgainOnlyWhenTheTimeIsUp() throws Exception {
        Run run = app.export("frombusy", "busy.tar", "shop/web:1");

        app.assertSucceeded(run);
        assertThat(proxy.refused()).hasSize(REFUSALS);
        assertThat(proxy.early()).isEmpty();
        assertThat(app.archives("frombusy")).containsExactly("busy.tar");
    }

    /** Of a port that was free a moment ago. */
    private static URI unusedAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }
}
