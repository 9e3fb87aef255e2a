package io.transship.local.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(Lifecycle.PER_CLASS)
class HttpTriggersTest {

    private static final String FUNCTIONS = """
            public class Functions {
                public HttpResponseMessage echo(
                        @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> req, ExecutionContext context) {
                    context.getLogger().info("echo speaks");
                    return req.createResponseBuilder(HttpStatus.ACCEPTED)
                            .header("X-Seen", req.getHttpMethod() + " " + req.getUri().getPath())
                            .header("x-header", String.valueOf(req.getHeaders().get("x-mixed-case")))
                            .header("Content-Type", "application/json")
                            .body(req.getQueryParameters() + "|" + req.getBody().orElse("empty"))
                            .build();
                }
                public HttpResponseMessage bytes(@HttpTrigger(name = "req") HttpRequestMessage<Optional<byte[]>> req) {
                    return req.createResponseBuilder(HttpStatus.OK).body(req.getBody().orElse(new byte[0])).build();
                }
                public String one(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> req,
                        @BindingName("name") String name, @BindingName("number") long number) {
                    return name + " " + (number + 1);
                }
                public String latest(@HttpTrigger(name = "req") String body) { return "latest " + body; }
                public void nothing(@HttpTrigger(name = "req") HttpRequestMessage<String> req) {}
                public String fails(@HttpTrigger(name = "req") String body) { throw new IllegalStateException("boom"); }
                public String error(@HttpTrigger(name = "req") String body) { throw new AssertionError("wrong"); }
                public HttpResponseMessage object(@HttpTrigger(name = "req") HttpRequestMessage<String> req) {
                    return req.createResponseBuilder(HttpStatus.OK).body(List.of(1)).build();
                }
                public String json(@HttpTrigger(name = "req") String body, @BindingName("kind") String kind) {
                    return kind;
                }
                public String classes(@HttpTrigger(name = "req") String body, @BindingName("name") String name) {
                    try {
                        Class<?> found = Class.forName(name, false, Thread.currentThread().getContextClassLoader());
                        return "found by " + found.getClassLoader().getName();
                    } catch (ClassNotFoundException e) {
                        return "absent";
                    }
                }
            }
            """;

    private final HttpClient client = HttpClient.newHttpClient();
    private SampleApp app;
    private FunctionHost host;

    @SuppressWarnings("NullAway.Init")
    HttpTriggersTest() {}

    @BeforeAll
    void start(@TempDir Path staging) throws Exception {
        app = new SampleApp(staging)
                .source("Functions", FUNCTIONS)
                .http("Echo", "echo", ",\"methods\":[\"GET\",\"POST\"]")
                .http("Bytes", "bytes", ",\"route\":\"bytes\"")
                .http("One", "one", ",\"route\":\"runs/{name}/{number=41}\"")
                .http("Latest", "latest", ",\"route\":\"runs/latest\"")
                .http("Nothing", "nothing", "")
                .http("Fails", "fails", "")
                .http("Error", "error", "")
                .http("Object", "object", "")
                .http("Json", "json", ",\"route\":\"json/{kind=route}\"")
                .http("JsonBody", "json", ",\"route\":\"jsonbody\"")
                .http("Classes", "classes", ",\"route\":\"classes/{name}\"")
                .http("Keyed", "latest", ",\"authLevel\":\"FUNCTION\"")
                .http("Admin", "latest", ",\"authLevel\":\"ADMIN\"");
        host = app.start();
    }

    @AfterAll
    void stop() throws Exception {
        host.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(host.uri() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void passesTheRequestOnAndTheResponseBack() throws Exception {
        HttpResponse<String> response = send(to("/api/Echo?a=1&a=2&empty=&b=x%20y")
                .header("X-Mixed-Case", "v")
                .POST(BodyPublishers.ofString("hi")));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("x-seen")).contains("POST /api/Echo");
        assertThat(response.headers().firstValue("x-header")).contains("v");
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(response.body())
                .contains("a=1,2")
                .contains("b=x y")
                .doesNotContain("empty=")
                .endsWith("|hi");
        assertThat(app.console()).contains("Function.Echo] echo speaks");
    }

    @Test
    void losesABodyWithoutContentLength() throws Exception {
        byte[] body = "hi".getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder chunked =
                to("/api/echo").POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));

        assertThat(send(chunked).body()).endsWith("|empty");
    }

    @Test
    void keepsOctetsAndRefusesOtherTypesForBytes() throws Exception {
        byte[] octets = {(byte) 0xff, 0, (byte) 0x80};
        HttpRequest.Builder binary = to("/api/bytes").header("Content-Type", "application/octet-stream");
        HttpRequest.Builder image = to("/api/bytes").header("Content-Type", "image/png");

        HttpResponse<byte[]> kept =
                client.send(binary.POST(BodyPublishers.ofByteArray(octets)).build(), BodyHandlers.ofByteArray());

        assertThat(kept.body()).isEqualTo(octets);
        assertThat(kept.headers().firstValue("content-type")).contains("application/octet-stream");
        assertThat(send(image.POST(BodyPublishers.ofByteArray(octets))).statusCode())
                .isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/runs/first/1   | 200 | first 2",
                "/api/runs/first     | 200 | first 42",
                "/api/runs/first/x   | 500 | ''",
                "/api/runs/latest    | 200 | latest null",
                "/api/nothing        | 204 | ''",
                "/api/fails          | 500 | ''",
                "/api/error          | 500 | ''",
                "/api/object         | 500 | ''",
                "/api/json/path      | 200 | path",
                "/api/jsonbody       | 500 | ''",
                "/api/jsonbody?kind=q| 200 | q",
                "/api/absent         | 404 | ''",
                "/absent             | 404 | ''",
                "/api/keyed          | 401 | ''",
                "/api/admin          | 401 | ''",
                "/admin/host/status  | 401 | ''",
            })
    void answersByRoute(String path, int status, String body) throws Exception {
        HttpResponse<String> response = send(to(path));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(body);
    }

    @Test
    void doesNotFindAFunctionUnderAnotherMethod() throws Exception {
        assertThat(send(to("/api/echo").DELETE()).statusCode()).isEqualTo(404);
    }

    @Test
    void letsTheRouteWinOverQueryAndBody() throws Exception {
        HttpRequest.Builder request =
                to("/api/json/route?kind=query").POST(BodyPublishers.ofString("{\"Kind\":\"body\"}"));

        assertThat(send(request).body()).isEqualTo("route");
    }

    @Test
    void letsTheQueryWinOverTheBody() throws Exception {
        assertThat(send(to("/api/jsonbody").POST(BodyPublishers.ofString("{\"kind\":\"body\"}")))
                        .body())
                .isEqualTo("body");
        assertThat(send(to("/api/jsonbody?kind=query").POST(BodyPublishers.ofString("{\"kind\":\"body\"}")))
                        .body())
                .isEqualTo("query");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/keyed, function-key-of-tests, 200",
        "/api/keyed, master-key-of-tests, 200",
        "/api/keyed, event-grid-key-of-tests, 401",
        "/api/admin, function-key-of-tests, 401",
        "/api/admin, master-key-of-tests, 200",
        "/admin/host/status, master-key-of-tests, 200",
    })
    void asksForTheKeyOfTheLevel(String path, String key, int status) throws Exception {
        assertThat(send(to(path).header("x-functions-key", key)).statusCode()).isEqualTo(status);
        assertThat(send(to(path + "?code=" + key)).statusCode()).isEqualTo(status);
        assertThat(send(to(path + "?code=" + SampleApp.MASTER_KEY).header("x-functions-key", "wrong"))
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "com.google.gson.Gson, absent",
        "com.fasterxml.jackson.databind.ObjectMapper, absent",
        "io.transship.core.oci.Digest, absent",
        "io.transship.local.functions.FunctionHost, absent",
        "org.junit.jupiter.api.Test, absent",
        "app.Functions, found by app",
        "com.microsoft.azure.functions.annotation.BindingName, found by app",
        "java.sql.Connection, found by platform",
    })
    void showsTheAppItsOwnJarsOnly(String className, String expected) throws Exception {
        assertThat(send(to("/api/classes/" + className)).body()).isEqualTo(expected);
    }

    @Test
    void listsItsFunctionsAndHidesGivenKeys() {
        assertThat(app.console())
                .contains("Functions host listening on " + host.uri())
                .contains("Echo: [GET,POST] " + host.uri() + "/api/Echo")
                .contains("One: [any] " + host.uri() + "/api/runs/{name}/{number=41}")
                .doesNotContain(SampleApp.FUNCTION_KEY, SampleApp.MASTER_KEY);
    }
}
