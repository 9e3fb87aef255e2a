package io.transship.core.registry.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.content.Bandwidth;
import io.transship.core.content.RetryListener;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.MediaType;
import io.transship.core.registry.Registry;
import io.transship.core.registry.RegistryClient;
import io.transship.core.registry.RegistrySettings;
import io.transship.core.registry.Repository;
import io.transship.core.registry.ScriptedServer;
import io.transship.core.registry.ScriptedServer.Answer;
import io.transship.core.registry.auth.RegistryCredential.Anonymous;
import io.transship.core.registry.http.RetryPolicy;
import io.transship.core.transfer.Fanout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many small artifacts from a registry that takes so many requests a second and answers 429 to the others. */
class BusyRegistryTest {

    private static final int ARTIFACTS = 150;
    private static final int PARALLEL = 8;
    private static final int TAKEN_PER_SECOND = 20;
    private static final RetryPolicy PATIENT = RetryPolicy.DEFAULT.withAttempts(20);

    private final SharedTime time = new SharedTime();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger refusalsHeard = new AtomicInteger();
    private final Object gate = new Object();
    private double free = TAKEN_PER_SECOND;
    private Instant updated = time.instant();
    private ScriptedServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = new ScriptedServer();
        for (int i = 0; i < ARTIFACTS; i++) {
            String content = content(i);
            server.on("GET /v2/app/blobs/" + blob(i).digest(), request -> answer(content));
        }
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void learns_how_much_the_registry_takes_and_is_refused_far_less_often() throws IOException {
        transfer(Pacing.NONE);
        int unpaced = refusals.getAndSet(0);
        int heard = refusalsHeard.getAndSet(0);
        assertThat(unpaced).isGreaterThan(20).isEqualTo(heard);
        time.pass(Duration.ofMinutes(10));

        transfer(new RegistryPaces(Bandwidth.UNLIMITED, time, time).of(server.address(), RequestLimits.NONE));

        assertThat(refusals.get()).isPositive().isLessThan(unpaced / 2);
    }

    @Test
    void is_never_refused_where_its_limit_is_known() throws IOException {
        // A minute's worth may go at once, so that a registry with a smaller bucket is one for which less is declared.
        RequestLimits known = RequestLimits.NONE.with(RequestClass.READ, TAKEN_PER_SECOND);

        transfer(new RegistryPaces(Bandwidth.UNLIMITED, time, time).of(server.address(), known));

        assertThat(refusals).hasValue(0);
    }

    /** Two clients, as two pipelines have them, and each artifact whole. */
    private void transfer(Pacing pacing) throws IOException {
        RegistrySettings settings = RegistrySettings.of(server.address(), new Anonymous())
                .withRetryPolicy(PATIENT)
                .withTime(time, time)
                .withRetryListener(reason -> {
                    assertThat(reason).isEqualTo(RetryListener.Reason.THROTTLED);
                    refusalsHeard.incrementAndGet();
                })
                .withPacing(pacing);
        try (Registry one = new RegistryClient(settings);
                Registry other = new RegistryClient(settings)) {
            List<Repository> repositories = List.of(one.repository("app"), other.repository("app"));
            List<String> read = Fanout.map(IntStream.range(0, ARTIFACTS).boxed().toList(), PARALLEL, i -> {
                try (InputStream in = repositories.get(i % 2).open(blob(i), 0)) {
                    return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
                }
            });
            assertThat(read)
                    .isEqualTo(IntStream.range(0, ARTIFACTS)
                            .mapToObj(BusyRegistryTest::content)
                            .toList());
        }
    }

    private Answer answer(String content) {
        synchronized (gate) {
            Instant now = time.instant();
            double seconds = Duration.between(updated, now).toNanos() / 1e9;
            updated = now;
            free = Math.min(TAKEN_PER_SECOND, free + seconds * TAKEN_PER_SECOND);
            if (free < 1) {
                refusals.incrementAndGet();
                return Answer.of(429).with("Retry-After", "1");
            }
            free--;
            return Answer.of(200, content);
        }
    }

    private static String content(int number) {
        return "artifact " + number;
    }

    private static Descriptor blob(int number) {
        return Descriptor.of(MediaType.OCI_LAYER, content(number).getBytes(StandardCharsets.US_ASCII));
    }
}
