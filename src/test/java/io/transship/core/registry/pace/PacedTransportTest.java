package io.transship.core.registry.pace;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.transship.core.content.Bandwidth;
import io.transship.core.http.ApacheHttpTransport;
import io.transship.core.http.HttpBody;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpResponse;
import io.transship.core.http.HttpTransport;
import io.transship.core.registry.ScriptedServer;
import io.transship.core.registry.ScriptedServer.Answer;
import io.transship.telemetry.LoggedLines;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PacedTransportTest {

    private static final RequestLimits TWO_A_MINUTE = RequestLimits.NONE
            .with(RequestClass.READ, 2)
            .with(RequestClass.WRITE, 2)
            .with(RequestClass.TOKENS, 2);

    private final SharedTime time = new SharedTime();
    private final RegistryPaces paces = new RegistryPaces(Bandwidth.UNLIMITED, time, time);
    private final List<HttpTransport> transports = new ArrayList<>();
    private ScriptedServer registry;
    private ScriptedServer storage;

    @BeforeEach
    void startServers() throws IOException {
        registry = new ScriptedServer();
        storage = new ScriptedServer();
    }

    @AfterEach
    void stopServers() {
        transports.forEach(HttpTransport::close);
        registry.close();
        storage.close();
    }

    @Test
    void all_clients_of_a_registry_share_its_limit() throws IOException {
        HttpTransport one = client(TWO_A_MINUTE);
        HttpTransport other = client(TWO_A_MINUTE);

        get(one, "/v2/");
        get(other, "/v2/");
        assertThat(time.slept()).isZero();
        get(one, "/v2/");
        get(other, "/v2/");

        assertThat(time.slept()).isCloseTo(Duration.ofMinutes(1), Duration.ofMillis(1));
        assertThat(registry.seen()).hasSize(4);
    }

    @Test
    void each_class_has_its_own_limit() throws IOException {
        HttpTransport client = client(TWO_A_MINUTE);

        for (int i = 0; i < 2; i++) {
            get(client, "/v2/");
            get(client, "/oauth2/token");
            send(
                    client,
                    HttpRequest.of("PUT", registry.address().resolve("/v2/app/manifests/v1"))
                            .with(HttpBody.empty()));
        }

        assertThat(time.slept()).isZero();
    }

    @Test
    void asking_for_referrers_counts_as_a_read_as_well() throws IOException {
        HttpTransport client = client(TWO_A_MINUTE);
        get(client, "/v2/app/referrers/sha256:1");
        get(client, "/v2/app/referrers/sha256:2");
        assertThat(time.slept()).isZero();

        get(client, "/v2/app/tags/list");

        assertThat(time.slept()).isPositive();
    }

    @Test
    void what_a_registry_redirects_to_another_host_does_not_count() throws IOException {
        HttpTransport client = client(TWO_A_MINUTE);

        for (int i = 0; i < 50; i++) {
            send(client, HttpRequest.of("GET", storage.address().resolve("/v2/blob")));
        }

        assertThat(time.slept()).isZero();
    }

    @Test
    void after_a_refusal_nobody_comes_back_before_the_time_that_the_registry_asks_for() throws IOException {
        registry.on("GET /v2/", Answer.of(429).with("Retry-After", "30"), Answer.of(200));
        HttpTransport refused = client(RequestLimits.NONE);
        HttpTransport other = client(RequestLimits.NONE);

        assertThat(get(refused, "/v2/")).isEqualTo(429);
        assertThat(get(other, "/v2/")).isEqualTo(200);

        assertThat(time.slept()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
        Duration before = time.slept();
        get(other, "/oauth2/token");
        assertThat(time.slept()).as("signing in was not refused").isEqualTo(before);
    }

    @Test
    void says_once_a_minute_what_a_registry_that_refuses_is_held_to() throws IOException {
        registry.on("GET /v2/", Answer.of(429));
        HttpTransport client = client(RequestLimits.NONE);

        List<String> lines = LoggedLines.by(RegistryPace.class, () -> {
            for (int i = 0; i < 5; i++) {
                get(client, "/v2/");
            }
        });

        assertThat(lines)
                .singleElement()
                .asString()
                .isEqualTo(
                        "registry %s answers 429: requests of class 'read' are held to 5.0 a second for now; 0 waited since this was last said",
                        registry.address().getAuthority());
        time.pass(Duration.ofMinutes(1));
        assertThat(LoggedLines.by(RegistryPace.class, () -> get(client, "/v2/")))
                .hasSize(1);
    }

    @Test
    void no_more_requests_wait_for_their_answers_than_are_allowed_but_signing_in_always_goes_on() throws Exception {
        CountDownLatch answering = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        registry.on("GET /v2/slow", request -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                answering.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            inside.decrementAndGet();
            return Answer.of(200);
        });
        HttpTransport client = client(RequestLimits.NONE.withConcurrency(3));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                answers.add(threads.submit(() -> get(client, "/v2/slow")));
            }
            await().atMost(20, SECONDS).until(() -> inside.get() == 3);

            assertThat(get(client, "/oauth2/token")).isEqualTo(404);

            answering.countDown();
            for (Future<Integer> answer : answers) {
                assertThat(answer.get(20, SECONDS)).isEqualTo(200);
            }
        } finally {
            answering.countDown();
        }
        assertThat(most).hasValue(3);
    }

    @Test
    void a_wait_ends_when_it_is_interrupted_and_nothing_is_sent() throws IOException {
        HttpTransport client = client(TWO_A_MINUTE);
        get(client, "/v2/");
        get(client, "/v2/");
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedIOException.class)
                .isThrownBy(() -> get(client, "/v2/"))
                .withMessageContaining(registry.address().getAuthority());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(registry.seen()).hasSize(2);
    }

    @Test
    void content_goes_no_faster_than_the_bandwidth_either_way_and_from_any_host() throws IOException {
        RegistryPaces narrow = new RegistryPaces(new Bandwidth(1_000, time, time), time, time);
        HttpTransport client = narrow.of(registry.address(), RequestLimits.NONE).pace(new ApacheHttpTransport());
        transports.add(client);
        String content = "x".repeat(3_000);
        storage.on("GET /blob", Answer.of(200, content));
        registry.on("PUT /v2/app/blobs/uploads/1", Answer.of(201));

        try (HttpResponse response =
                client.execute(HttpRequest.of("GET", storage.address().resolve("/blob")))) {
            assertThat(new String(response.read(10_000), StandardCharsets.US_ASCII))
                    .isEqualTo(content);
        }
        assertThat(time.slept()).as("a second's worth is free").isCloseTo(Duration.ofSeconds(2), Duration.ofMillis(5));
        URI upload = registry.address().resolve("/v2/app/blobs/uploads/1");
        send(client, HttpRequest.of("PUT", upload).with(HttpBody.of(content.getBytes(StandardCharsets.US_ASCII))));

        assertThat(time.slept()).isCloseTo(Duration.ofSeconds(5), Duration.ofMillis(5));
        assertThat(registry.seen().getLast().body()).isEqualTo(content);
    }

    private HttpTransport client(RequestLimits limits) {
        HttpTransport transport = paces.of(registry.address(), limits).pace(new ApacheHttpTransport());
        transports.add(transport);
        return transport;
    }

    private int get(HttpTransport transport, String path) throws IOException {
        return send(transport, HttpRequest.of("GET", registry.address().resolve(path)));
    }

    private static int send(HttpTransport transport, HttpRequest request) throws IOException {
        try (HttpResponse response = transport.execute(request)) {
            return response.status();
        }
    }
}
