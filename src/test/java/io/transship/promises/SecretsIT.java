package io.transship.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.functions.wiring.Wiring;
import io.transship.local.HostProcess;
import io.transship.local.MorePipelines;
import io.transship.local.StoredTexts;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.SmallImage;
import io.transship.local.demo.Run;
import io.transship.local.demo.TransshipClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets do not get out: after transfers that went well and transfers that met every fault we can make, all that the app
 * logged, answered and stored is searched for every password, key, signature and token of the local cloud, and for those that
 * a caller put where they do not belong.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecretsIT {

    private static final String IMAGE = "shop/web:1";
    private static final String MISPLACED = "bWlzcGxhY2VkLWJ5LWEtY2FsbGVy";
    private static final String VERSION = "?api-version=2025-06-01-preview";

    private static final List<HttpResponse<String>> ANSWERS = new ArrayList<>();

    private static TestedApp app;
    private static TransshipClient client;

    @BeforeAll
    static void startApp(@TempDir Path directory) throws IOException {
        app = TestedApp.start(
                directory,
                new MorePipelines()
                        .exporting("source", "broken-out")
                        .importing("target", "broken-in")
                        .registryLike("source", "lockedout", "wrong-password")
                        .exporting("lockedout", "unauthorized-out"));
        client = new TransshipClient(app.cloud().app(), app.cloud().functionKey(), ANSWERS::add);
        app.cloud().vault().set("wrong-password", "d3JvbmctcGFzc3dvcmQ");
        SmallImage.push(app.source(), IMAGE, "a layer");
    }

    @AfterAll
    static void stopApp() throws IOException {
        client.close();
        app.close();
    }

    @Test
    @Order(1)
    void theWholeWayFromRegistryToRegistry() throws IOException {
        Run exported = app.finished(client.export("exportdemo", List.of(IMAGE), "whole.tar"));
        app.assertSucceeded(exported);
        app.assertSucceeded(app.awaitImport("importdemo", "whole.tar", Run::isFinished));
        for (String registry : List.of("source", "target")) {
            for (String collection : List.of("exportPipelines", "importPipelines", "pipelineRuns")) {
                HttpResponse<String> list = client.call(
                        "GET", "/api%s/%s%s".formatted(app.cloud().registryPath(registry), collection, VERSION), "");
                assertThat(list.statusCode()).isEqualTo(200);
            }
        }
        for (String pipeline : List.of("source/exportPipelines/exportdemo", "target/importPipelines/importdemo")) {
            String[] path = pipeline.split("/", 2);
            HttpResponse<String> report = client.call(
                    "POST",
                    "/api%s/%s/preflight%s".formatted(app.cloud().registryPath(path[0]), path[1], VERSION),
                    "{\"repositories\":[\"shop/web\"]}");
            assertThat(report.statusCode()).as(report.body()).isEqualTo(200);
        }
    }

    @Test
    @Order(2)
    void faultsOfEveryPart() throws IOException {
        String sas = app.cloud().storage().sasOfARotatedKey("srcstore", "broken-out", "alrw", TestedApp.SAS_LIFE);
        for (String secret : List.of(
                sas,
                sas.replace("&", "&amp;"),
                sas.substring(0, sas.length() - 9),
                "https://srcstore.blob.core.windows.net/broken-out" + sas,
                sas.replace("sr=c", "sr=b") + "&si=policy")) {
            app.setSecret("broken-out", secret);
            Run run = app.finished(client.export("broken-out", List.of(IMAGE), "broken.tar"));
            assertThat(run.state()).isEqualTo("Failed");
            HttpResponse<String> report = client.call(
                    "POST",
                    "/api%s/exportPipelines/broken-out/preflight%s"
                            .formatted(app.cloud().registryPath("source"), VERSION),
                    "{}");
            assertThat(report.body()).contains("\"verdict\":\"Failed\"");
        }
        app.setSecret(
                "broken-in", app.cloud().storage().sasOfARotatedKey("dststore", "broken-in", "lr", TestedApp.SAS_LIFE));
        assertThat(app.importOf("broken-in", "broken.tar", new byte[1024]).state())
                .isEqualTo("Failed");
        assertThat(app.finished(client.export("unauthorized-out", List.of(IMAGE), "unauthorized.tar"))
                        .state())
                .isEqualTo("Failed");
        for (String registry : List.of("source", "target", "lockedout")) {
            HttpResponse<String> runs = client.call(
                    "GET", "/api%s/pipelineRuns%s".formatted(app.cloud().registryPath(registry), VERSION), "");
            assertThat(runs.body()).contains("\"provisioningState\":\"Failed\"");
        }
    }

    @Test
    @Order(3)
    void secretsThatACallerPutsWhereTheyDoNotBelong() throws IOException {
        String sas = "?sv=2024-11-04&sr=c&sp=rwl&se=2027-01-01&sig=" + MISPLACED;
        String pipelines =
                "/api%s/exportPipelines/misplaced%s".formatted(app.cloud().registryPath("source"), VERSION);
        String target = "{\"properties\":{\"target\":{\"uri\":\"%s\",\"keyVaultUri\":\"%s\"}}}";
        List<HttpResponse<String>> refused = List.of(
                client.call(
                        "PUT",
                        pipelines,
                        target.formatted(
                                "https://a.blob.core.windows.net/transfer" + sas,
                                "https://v.vault.azure.net/secrets/a")),
                client.call("PUT", pipelines, target.formatted("https://a.blob.core.windows.net/transfer", sas)),
                client.call(
                        "PUT",
                        pipelines,
                        target.formatted("https://u:" + MISPLACED + "@a.blob.core.windows.net/c", sas)),
                client.tryExport("{\"pipeline\":\"https://a/%s\",\"artifacts\":[\"a\"]}".formatted(sas)),
                client.tryExport("{\"pipeline\":\"exportdemo\",\"artifacts\":[\"https://a/b%s\"]}".formatted(sas)),
                client.tryExport("{\"pipeline\":\"exportdemo\",\"artifacts\":[\"shop/web\"],\"blobName\":\"a//%s\"}"
                        .formatted(sas)));

        assertThat(refused).extracting(HttpResponse::statusCode).allMatch(status -> status / 100 == 4);
    }

    @Test
    @Order(4)
    void nothingThatTheAppLoggedAnsweredOrStoredHoldsASecret() throws IOException {
        List<String> logged = new ArrayList<>();
        for (HostProcess host : app.cloud().hosts()) {
            logged.add(Files.readString(host.log()));
        }
        List<String> answered = ANSWERS.stream()
                .map(answer -> answer.headers().map() + "\n" + answer.body())
                .toList();
        List<String> stored =
                StoredTexts.of(app.cloud().azurite(), app.cloud().certificates(), "hoststore", List.of(Wiring.QUEUE));
        Set<String> secrets = app.cloud().secrets();
        assertThat(secrets).hasSizeGreaterThan(25);

        for (List<String> texts : List.of(logged, answered, stored)) {
            // What is no secret is found, so what is one would be.
            assertThat(String.join("\n", texts)).contains("exportdemo", "broken.tar", "will not do");
            for (String text : texts) {
                app.assertKeepsSecrets(text);
                assertThat(text).doesNotContain(MISPLACED);
            }
        }
    }
}
