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

    private static final int REFUSALS = 2;

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
                        .registryLike("source", "locked", "locked-password")
                        .registryLike("target", "lockedtarget", "lockedtarget-password")
                        .registryLike("source", "keyless", "no-such-password")
                        .registry("busy", proxy.uri(), "source-registry-password")
                        .exporting("source", "plain")
                        .exporting("nobody", "fromnobody")
                        .exporting("busy", "frombusy")
                        .exporting("locked", "fromlocked")
                        .exporting("keyless", "fromkeyless")
                        .importing("lockedtarget", "intolocked")
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
    void transfersFromAndIntoARegistryThatIsDownFailAfterAllAttemptsAndNameIt() throws Exception {
        byte[] archive = app.archiveOf("plain", "to-nobody.tar", "shop/web:1");
        app.arrive("intonobody", "to-nobody.tar", archive);

        Run exported = app.export("fromnobody", "down.tar", "shop/web:1");
        Run imported = app.awaitImport("intonobody", "to-nobody.tar", Run::isFinished);

        String nextStep = "check the registry's address and the network between";
        app.assertFailed(
                exported,
                "gave up on the plan step of export run '%s' after repeated attempts".formatted(exported.name()),
                "registry " + nobody.getAuthority(),
                "shop/web:1",
                nextStep);
        app.assertFailed(
                imported,
                "gave up on the plan step of import run '%s' after repeated attempts".formatted(imported.name()),
                "registry " + nobody.getAuthority(),
                nextStep);
        assertThat(app.archives("fromnobody")).isEmpty();
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
    void anExportWithAWrongPasswordSaysSoAndTheNextOneUsesTheCorrectedPassword() throws Exception {
        app.cloud().vault().set("locked-password", "this-password-is-wrong");

        Run refused = app.export("fromlocked", "locked.tar", "shop/web:1");

        app.assertFailed(
                refused,
                "registry " + app.cloud().registry("source").loginServer(),
                "reading manifest 'shop/web:1'",
                "401",
                "check the user name and password");
        assertThat(app.archives("fromlocked")).isEmpty();

        app.cloud().vault().set("locked-password", app.cloud().registryPassword("source"));
        app.assertSucceeded(app.export("fromlocked", "unlocked.tar", "shop/web:1"));
        assertThat(app.archives("fromlocked")).containsExactly("unlocked.tar");
    }

    @Test
    void anImportWithAWrongPasswordSaysSo() throws Exception {
        app.cloud().vault().set("lockedtarget-password", "this-password-is-wrong-too");
        SmallImage.push(app.source(), "shop/locked:1", "a layer that stays outside");
        byte[] archive = app.archiveOf("plain", "to-locked.tar", "shop/locked:1");

        Run refused = app.importOf("intolocked", "to-locked.tar", archive);

        app.assertFailed(
                refused,
                "registry " + app.cloud().registry("target").loginServer(),
                "401",
                "check the user name and password");
        assertThat(app.target().tags("shop/locked")).isEmpty();
    }

    @Test
    void aPasswordThatTheVaultDoesNotHaveIsNamed() throws Exception {
        Run run = app.export("fromkeyless", "keyless.tar", "shop/web:1");

        app.assertFailed(
                run,
                "registry " + app.cloud().registry("source").loginServer(),
                "password of user 'demo'",
                "secret '%s/secrets/no-such-password'"
                        .formatted(app.cloud().vault().uri()),
                "SecretNotFound",
                "create it");
        assertThat(app.archives("fromkeyless")).isEmpty();
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
