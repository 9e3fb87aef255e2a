package io.transship.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.content.RetryListener.Reason;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.ScriptedServer.Answer;
import io.transship.core.registry.auth.RegistryCredential.Anonymous;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryFailuresTest extends ScriptedRegistry {

    private static final String MANIFEST = "GET /v2/app/manifests/v9";
    private static final String TAGS = "GET /v2/app/tags/list";

    @Test
    void namesRegistryOperationSubjectStatusCodeAndNextStep() {
        server.on(MANIFEST, Answer.of(404, """
                {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"""));

        assertFailure(Kind.NOT_FOUND, () -> app().manifest("v9"))
                .withMessage("registry %s: reading manifest 'app:v9' failed: 404 MANIFEST_UNKNOWN (manifest unknown);"
                                .formatted(server.address().getAuthority())
                        + " check the name and the tag or digest");
        assertThat(waits).isEmpty();
    }

    @Test
    void waitsAsAskedAfterThrottlingAndSucceeds() throws IOException {
        server.on(TAGS, Answer.of(429).with("Retry-After", "7"), Answer.of(200, "{\"tags\":[\"v1\"]}"));

        assertThat(app().tags()).containsExactly("v1");
        assertThat(waits).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void tellsWhyItTriesAgain() throws IOException {
        List<Reason> heard = new ArrayList<>();
        server.on(TAGS, Answer.of(429), Answer.of(502), Answer.of(200, "{\"tags\":[]}"));

        app(settings(new Anonymous()).withRetryListener(heard::add)).tags();

        assertThat(heard).containsExactly(Reason.THROTTLED, Reason.UNAVAILABLE);
    }

    @Test
    void understandsRetryAfterAsADate() throws IOException {
        server.on(
                TAGS,
                Answer.of(503).with("Retry-After", "Thu, 01 Jan 2026 00:00:11 GMT"),
                Answer.of(200, "{\"tags\":[]}"));

        assertThat(app().tags()).isEmpty();
        assertThat(waits).containsExactly(Duration.ofSeconds(11));
    }

    @Test
    void givesUpAtOnceIfAskedToWaitTooLong() {
        server.on(TAGS, Answer.of(429).with("Retry-After", "3600"));

        assertFailure(Kind.THROTTLED, () -> app().tags());
        assertThat(server.seen()).hasSize(1);
        assertThat(waits).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "408, UNAVAILABLE, 3",
        "429, THROTTLED, 3",
        "500, UNAVAILABLE, 3",
        "503, UNAVAILABLE, 3",
        "501, REJECTED, 1",
        "505, REJECTED, 1",
        "400, REJECTED, 1",
        "403, FORBIDDEN, 1"
    })
    void triesAgainOnlyWhereItMayHelp(int status, Kind kind, int requests) {
        server.on(TAGS, Answer.of(status, "<html>a proxy's page</html>"));

        assertFailure(kind, () -> app().tags()).withMessageContaining(String.valueOf(status));
        assertThat(server.seen()).hasSize(requests);
        assertThat(waits).hasSize(requests - 1);
    }

    @Test
    void saysThatARegistryIsDown() {
        Repository repository = app();
        server.close();

        assertFailure(Kind.UNAVAILABLE, repository::tags)
                .withMessageContaining(
                        "connection to 'http://" + server.address().getAuthority())
                .withMessageContaining("check the registry's address");
        assertThat(waits).hasSize(2);
    }

    @Test
    void readsAManifestAgainWhoseConnectionBroke() throws IOException {
        String manifest = "{\"schemaVersion\":2,\"layers\":[]}";
        server.on(MANIFEST, Answer.of(200, manifest).cutAfter(5), Answer.of(200, manifest));

        assertThat(app().manifest("v9").descriptor().size()).isEqualTo(manifest.length());
    }

    static ThrowableAssertAlternative<RegistryException> assertFailure(Kind kind, ThrowingCallable call) {
        return assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
