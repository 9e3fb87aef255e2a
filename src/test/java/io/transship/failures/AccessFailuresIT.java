package io.transship.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.local.MorePipelines;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.SmallImage;
import io.transship.local.demo.Run;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SAS that are wrong, too weak, too old or missing, and containers that are not there. */
class AccessFailuresIT {

    private static final String IMAGE = "shop/web:1";
    private static final byte[] ANYTHING = new byte[1024];

    private static TestedApp app;

    @BeforeAll
    static void startApp(@TempDir Path directory) throws IOException {
        app = TestedApp.start(
                directory,
                new MorePipelines()
                        .exporting("source", "expired-out")
                        .exporting("source", "renewed-out")
                        .exporting("source", "weak-out")
                        .exporting("source", "foreign-out")
                        .exporting("source", "rotated-out")
                        .exporting("source", "account-out")
                        .exporting("source", "http-out")
                        .exporting("source", "forbidden-out")
                        .exporting("source", "missing-out")
                        .exporting("source", "missing-overwriting", "OverwriteBlobs")
                        .exporting("source", "secretless-out")
                        .importing("target", "expired-in")
                        .importing("target", "weak-in")
                        .importing("target", "weak-deleting", "DeleteSourceBlobOnSuccess")
                        .importing("target", "foreign-in")
                        .importing("target", "missing-in")
                        .importing("target", "emptied-in")
                        .importing("target", "secretless-in"));
        SmallImage.push(app.source(), IMAGE, "a layer");
    }

    @AfterAll
    static void stopApp() throws IOException {
        app.close();
    }

    @Test
    void anExportWithAnExpiredSasSaysWhenItEndedAndHowToMakeANewOne() throws Exception {
        app.setExportSas("expired-out", "expired-out", "alrw", Duration.ofDays(-1));

        Run run = app.export("expired-out", "expired.tar", IMAGE);

        app.assertFailed(
                run,
                "/secrets/expired-out-sas",
                "/srcstore/expired-out",
                "which is past",
                "az storage container generate-sas --account-name srcstore --name expired-out --permissions");
        assertThat(app.archives("expired-out")).isEmpty();
    }

    @Test
    void aSasThatWasRenewedIsUsedByTheNextRun() throws Exception {
        app.setExportSas("renewed-out", "renewed-out", "alrw", Duration.ofDays(-1));
        app.assertFailed(app.export("renewed-out", "before.tar", IMAGE), "which is past");

        app.setExportSas("renewed-out", "renewed-out", "alrw", TestedApp.SAS_LIFE);
        app.assertSucceeded(app.export("renewed-out", "after.tar", IMAGE));
        assertThat(app.archives("renewed-out")).containsExactly("after.tar");
    }

    @Test
    void anImportWithAnExpiredSasSaysWhenItEndedAndHowToMakeANewOne() {
        app.setImportSas("expired-in", "expired-in", "lr", Duration.ofDays(-1));

        Run run = app.importOf("expired-in", "expired.tar", ANYTHING);

        app.assertFailed(
                run,
                "/secrets/expired-in-sas",
                "/dststore/expired-in",
                "which is past",
                "az storage container generate-sas --account-name dststore --name expired-in --permissions rl ");
    }

    @Test
    void anExportWhoseSasLacksARightNamesTheRight() throws Exception {
        app.setExportSas("weak-out", "weak-out", "lr", TestedApp.SAS_LIFE);

        Run run = app.export("weak-out", "weak.tar", IMAGE);

        app.assertFailed(run, "/secrets/weak-out-sas", "SAS 'sp' is 'rl', needed is also 'w'", "generate-sas");
        assertThat(app.archives("weak-out")).isEmpty();
    }

    @Test
    void anImportWhoseSasLacksARightNamesTheRight() {
        app.setImportSas("weak-in", "weak-in", "l", TestedApp.SAS_LIFE);

        Run run = app.importOf("weak-in", "weak.tar", ANYTHING);

        app.assertFailed(run, "/secrets/weak-in-sas", "SAS 'sp' is 'l', needed is also 'r'", "generate-sas");
    }

    @Test
    void anImportWhoseSasCannotListNamesTheRight() {
        app.setImportSas("weak-in", "weak-in", "r", TestedApp.SAS_LIFE);

        Run run = app.importOf("weak-in", "unlisted.tar", ANYTHING);

        app.assertFailed(run, "/secrets/weak-in-sas", "SAS 'sp' is 'r', needed is also 'l'", "generate-sas");
    }

    @Test
    void anImportThatIsToDeleteItsArchiveNeedsTheRightForItBeforeAnythingIsMoved() {
        app.setImportSas("weak-deleting", "weak-deleting", "lr", TestedApp.SAS_LIFE);

        Run run = app.importOf("weak-deleting", "undeletable.tar", ANYTHING);

        app.assertFailed(run, "/secrets/weak-deleting-sas", "SAS 'sp' is 'rl', needed is also 'd'", "generate-sas");
    }

    @Test
    void anExportWithTheSasOfAnotherContainerSaysThatItMayBeForAnother() throws Exception {
        app.setExportSas("foreign-out", "weak-out", "alrw", TestedApp.SAS_LIFE);

        Run run = app.export("foreign-out", "foreign.tar", IMAGE);

        app.assertFailed(
                run, "blob 'foreign-out/foreign.tar'", "account 'srcstore'", "403", "for another container", "SAS");
        assertThat(app.archives("foreign-out")).isEmpty();
        assertThat(app.archives("weak-out")).isEmpty();
    }

    @Test
    void anImportWithTheSasOfAnotherContainerSaysThatItMayBeForAnother() {
        app.setImportSas("foreign-in", "weak-in", "lr", TestedApp.SAS_LIFE);

        Run run = app.importOf("foreign-in", "foreign.tar", ANYTHING);

        app.assertFailed(run, "blob 'foreign-in/foreign.tar'", "account 'dststore'", "403", "for another container");
    }

    @Test
    void anExportWhoseSasWasSignedWithARotatedKeySaysSo() throws Exception {
        app.setSecret(
                "rotated-out",
                app.cloud().storage().sasOfARotatedKey("srcstore", "rotated-out", "alrw", TestedApp.SAS_LIFE));

        Run run = app.export("rotated-out", "rotated.tar", IMAGE);

        app.assertFailed(run, "account 'srcstore'", "403", "SAS", "a key that was rotated", "renew the secret");
    }

    @Test
    void anAccountSasNeedsContainersAndObjectsAmongItsResourceTypes() throws Exception {
        app.setSecret("account-out", app.cloud().storage().accountSas("srcstore", "rwl", "s", TestedApp.SAS_LIFE));
        app.assertFailed(
                app.export("account-out", "service.tar", IMAGE),
                "SAS 'srt' is 's', needed is 'c' and 'o', containers and objects",
                "generate-sas");

        app.setSecret("account-out", app.cloud().storage().accountSas("srcstore", "rwl", "sco", TestedApp.SAS_LIFE));
        app.assertSucceeded(app.export("account-out", "all.tar", IMAGE));
    }

    @Test
    void aSasThatAllowsHttpIsUsedAndTheLogSaysToMakeItHttpsOnly() throws Exception {
        app.setSecret(
                "http-out", app.cloud().storage().sasForHttpToo("srcstore", "http-out", "alrw", TestedApp.SAS_LIFE));

        app.assertSucceeded(app.export("http-out", "plain.tar", IMAGE));

        assertThat(Files.readString(app.cloud().host().log()))
                .containsPattern("/secrets/http-out-sas' for .*SAS 'spr' is .*needed is 'https'.* --https-only");
    }

    @Test
    void aSecretThatTheIdentityMayNotReadSaysWhichRoleItNeeds() throws Exception {
        app.cloud().vault().forbid("forbidden-out-sas");

        Run run = app.export("forbidden-out", "forbidden.tar", IMAGE);

        app.assertFailed(
                run, "/secrets/forbidden-out-sas'", "403", "system-assigned identity", "'Key Vault Secrets User'");
    }

    @Test
    void anExportIntoAContainerThatIsNotThereSaysToCreateIt() throws Exception {
        app.exports("missing-out").delete();
        app.exports("missing-overwriting").delete();

        for (String pipeline : new String[] {"missing-out", "missing-overwriting"}) {
            Run run = app.export(pipeline, "homeless.tar", IMAGE);
            app.assertFailed(
                    run, "account 'srcstore'", "404 ContainerNotFound", "create container '%s'".formatted(pipeline));
        }
    }

    @Test
    void anImportFromAContainerThatIsNotThereSaysToCreateIt() throws Exception {
        app.imports("missing-in").delete();

        app.arriveAndVanish("missing-in", "homeless.tar");
        Run run = app.awaitImport("missing-in", "homeless.tar", Run::isFinished);

        app.assertFailed(run, "account 'dststore'", "404 ContainerNotFound", "create container 'missing-in'");
    }

    @Test
    void anImportWhoseArchiveIsGoneNamesIt() throws Exception {
        app.arriveAndVanish("emptied-in", "vanished.tar");
        Run run = app.awaitImport("emptied-in", "vanished.tar", Run::isFinished);

        app.assertFailed(
                run, "blob 'vanished.tar' does not exist in container", "/dststore/emptied-in", "check the name");
    }

    @Test
    void aSecretThatTheVaultDoesNotHaveIsNamed() throws Exception {
        app.cloud().vault().delete("secretless-out-sas");
        app.cloud().vault().delete("secretless-in-sas");
        URI vault = app.cloud().vault().uri();

        Run exported = app.export("secretless-out", "secretless.tar", IMAGE);
        Run imported = app.importOf("secretless-in", "secretless.tar", ANYTHING);

        app.assertFailed(
                exported, "secret '%s/secrets/secretless-out-sas'".formatted(vault), "SecretNotFound", "create it");
        app.assertFailed(
                imported, "secret '%s/secrets/secretless-in-sas'".formatted(vault), "SecretNotFound", "create it");
    }
}
