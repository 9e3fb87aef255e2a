package io.transship.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransshipClientTest {

    private static final String REGISTRY =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/target";
    private static final String RUN = """
            {"name":"run-1","properties":{"provisioningState":"%s","request":{"source":{"name":"a.tar"}},
             "response":{"status":"%s","pipelineRunErrorMessage":"%s",
              "progress":{"percentage":50,"bytesDone":1048576,"bytesTotal":2097152,"artifactsDone":1,
               "artifactsTotal":2,"leg":"import"},
              "artifacts":[{"name":"a:1","outcome":"Succeeded","digest":"sha256:00"}]}}}
            """;

    private final Queue<String> bodies = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private int status = 200;
    private HttpServer app;
    private TransshipClient client;

    @BeforeEach
    void startApp() throws IOException {
        app = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        app.createContext("/", this::answer);
        app.start();
        URI address = URI.create("http://127.0.0.1:" + app.getAddress().getPort());
        client = new TransshipClient(address, "key");
    }

    @AfterEach
    void stopApp() {
        client.close();
        app.stop(0);
    }

    @Test
    void startsAnExportAndReturnsWhereItsRunIs() throws Exception {
        status = 202;
        bodies.add("{}");

        URI run = client.export("exportdemo", List.of("a:1"), "a.tar");

        assertThat(run.getPath()).isEqualTo("/api/runs/1");
        assertThat(requests)
                .containsExactly("POST /api/export key "
                        + "{\"pipeline\":\"exportdemo\",\"blobName\":\"a.tar\",\"artifacts\":[\"a:1\"]}");
    }

    @Test
    void saysWhatTheAppAnsweredInsteadOfAccepting() {
        status = 400;
        bodies.add("{\"error\":{\"message\":\"no pipeline 'x'\"}}");

        assertThatThrownBy(() -> client.export("x", List.of(), "a.tar"))
                .hasMessageContaining("answered 400 instead of 202")
                .hasMessageContaining("no pipeline 'x'");
    }

    @Test
    void followsARunToItsEndAndShowsProgress() throws Exception {
        bodies.add("{\"value\":[]}");
        bodies.add("{\"value\":[" + RUN.formatted("Creating", "Moving", "") + "]}");
        bodies.add(RUN.formatted("Creating", "Moving", ""));
        bodies.add(RUN.formatted("Failed", "Failed", "the archive is cut off"));
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        RunFollower follower = new RunFollower(client, new Screen(out, Screen.Kind.TERMINAL), Duration.ofSeconds(30));

        Run run = follower.follow("import", follower.awaitRun(REGISTRY, "a.tar"));

        assertThat(run.isSuccess()).isFalse();
        assertThat(run.message()).isEqualTo("the archive is cut off");
        assertThat(run.artifacts()).extracting(Run.ArtifactResult::outcome).containsExactly("Succeeded");
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("import  [############............]  50 %  1.0 MiB of 2.0 MiB  1/2 artifacts");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add("%s %s %s %s"
                .formatted(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        exchange.getRequestHeaders().getFirst("x-functions-key"),
                        body));
        byte[] answer = String.valueOf(bodies.poll()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Location", "/api/runs/1");
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
