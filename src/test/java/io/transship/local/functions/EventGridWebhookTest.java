package io.transship.local.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class EventGridWebhookTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private FunctionHost host;
    private SampleApp app;

    @SuppressWarnings("NullAway.Init")
    EventGridWebhookTest() {}

    @BeforeAll
    void start(@TempDir Path staging) throws Exception {
        app = new SampleApp(staging)
                .source("Functions", """
                        public class Functions {
                            static final java.util.concurrent.CyclicBarrier BOTH =
                                    new java.util.concurrent.CyclicBarrier(2);
                            public void on(@EventGridTrigger(name = "event") String event, ExecutionContext context)
                                    throws Exception {
                                if (event.contains("meet")) {
                                    BOTH.await(20, java.util.concurrent.TimeUnit.SECONDS);
                                }
                                if (event.contains("fail")) {
                                    throw new IllegalArgumentException("asked to fail");
                                }
                                context.getLogger().info("got " + event);
                            }
                        }
                        """)
                .function(
                        "OnEvent",
                        "app.Functions.on",
                        "{\"type\":\"eventGridTrigger\",\"direction\":\"in\",\"name\":\"event\"}");
        host = app.start();
    }

    @AfterAll
    void stop() throws Exception {
        host.close();
    }

    private HttpRequest.Builder to(String query) {
        return HttpRequest.newBuilder(URI.create(host.uri() + "/runtime/webhooks/EventGrid" + query));
    }

    private HttpRequest.Builder onEvent() {
        return to("?functionName=OnEvent&code=" + SampleApp.EVENT_GRID_KEY);
    }

    private HttpResponse<String> deliver(String body) throws Exception {
        return send(onEvent().header("aeg-event-type", "Notification").POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void answersTheValidationEvent() throws Exception {
        HttpResponse<String> response = send(onEvent()
                .header("aeg-event-type", "SubscriptionValidation")
                .POST(BodyPublishers.ofString("[{\"data\":{\"validationCode\":\"512d38b6\"}}]")));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"validationResponse\":\"512d38b6\"}");
    }

    @Test
    void answersTheCloudEventsHandshake() throws Exception {
        HttpResponse<String> response = send(onEvent()
                .header("WebHook-Request-Origin", "eventgrid.azure.net")
                .method("OPTIONS", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("WebHook-Allowed-Origin")).contains("eventgrid.azure.net");
    }

    @Test
    void runsEachEventOfADeliveryInParallel() throws Exception {
        HttpResponse<String> response =
                deliver("[{\"id\":\"1\",\"subject\":\"meet\"},{\"id\":\"2\",\"subject\":\"meet\"}]");

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(app.console())
                .contains("got {\"id\":\"1\",\"subject\":\"meet\"}")
                .contains("got {\"id\":\"2\",\"subject\":\"meet\"}");
    }

    @Test
    void takesASingleCloudEvent() throws Exception {
        HttpResponse<String> response = send(onEvent()
                .header("aeg-event-type", "Notification")
                .header("Content-Type", "application/cloudevents+json; charset=utf-8")
                .POST(BodyPublishers.ofString("{\"specversion\":\"1.0\",\"id\":\"cloud\"}")));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(app.console()).contains("got {\"specversion\":\"1.0\",\"id\":\"cloud\"}");
    }

    @Test
    void failsTheWholeDeliveryWhenOneEventFails() throws Exception {
        assertThat(deliver("[{\"id\":\"good\"},{\"id\":\"fail\"}]").statusCode())
                .isEqualTo(500);
        assertThat(app.console()).contains("got {\"id\":\"good\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "[1]", "no json", "\"text\""})
    void refusesWhatIsNoEvent(String body) throws Exception {
        assertThat(deliver(body).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"Unsubscribe, 202", "Other, 400", "SubscriptionValidation, 400"})
    void answersOtherTypes(String type, int status) throws Exception {
        assertThat(send(onEvent().header("aeg-event-type", type).POST(BodyPublishers.ofString("[{}]")))
                        .statusCode())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "?functionName=OnEvent, 401",
        "?functionName=OnEvent&code=wrong, 401",
        "?functionName=OnEvent&code=function-key-of-tests, 401",
        "?functionName=Other&code=event-grid-key-of-tests, 404",
        "?code=event-grid-key-of-tests, 404",
        "?functionName=OnEvent&code=master-key-of-tests, 202",
    })
    void asksForTheSystemKeyAndAKnownFunction(String query, int status) throws Exception {
        assertThat(send(to(query).header("aeg-event-type", "Unsubscribe").POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(status);
    }
}
