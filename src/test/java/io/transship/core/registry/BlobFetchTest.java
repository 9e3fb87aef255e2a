package io.transship.core.registry;

import static io.transship.core.registry.RegistryFailuresTest.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.content.ContentMismatchException;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.MediaType;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.ScriptedServer.Answer;
import io.transship.core.registry.ScriptedServer.Seen;
import io.transship.core.registry.auth.RegistryCredential.Basic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BlobFetchTest extends ScriptedRegistry {

    private static final String CONTENT = "0123456789";
    private static final Descriptor BLOB =
            Descriptor.of(MediaType.OCI_LAYER, CONTENT.getBytes(StandardCharsets.US_ASCII));
    private static final String GET = "GET /v2/app/blobs/" + BLOB.digest();

    @Test
    void goesOnByRangeWhereAConnectionBroke() throws IOException {
        server.on(GET, Answer.of(200, CONTENT).cutAfter(4), rangeFrom(4));

        assertThat(read(0)).isEqualTo(CONTENT);
        assertThat(server.seen(GET)).extracting(seen -> seen.header("Range")).containsExactly("", "bytes=4-");
    }

    @Test
    void startsOverHonestlyWhereARegistryHasNoRanges() throws IOException {
        server.on(GET, Answer.of(200, CONTENT).cutAfter(4), Answer.of(200, CONTENT));

        assertThat(read(0)).isEqualTo(CONTENT);
        assertThat(read(7)).isEqualTo("789");
    }

    @Test
    void opensAtAnOffsetByRange() throws IOException {
        server.on(GET, rangeFrom(3));

        assertThat(read(3)).isEqualTo("3456789");
        assertThat(server.seen(GET).getFirst().header("Range")).isEqualTo("bytes=3-");
    }

    @Test
    void refusesARangeThatStartsElsewhere() {
        server.on(GET, rangeFrom(2));

        assertFailure(Kind.REJECTED, () -> read(3)).withMessageContaining("bytes 2-9/10");
    }

    @Test
    void givesUpOnAConnectionThatBreaksWithoutProgress() {
        server.on(
                GET,
                seen -> seen.header("Range").isEmpty()
                        ? Answer.of(200, CONTENT).cutAfter(4)
                        : rangeFrom(4).cutAfter(0));

        assertFailure(Kind.UNAVAILABLE, () -> read(0)).withMessageContaining("stopped at byte 4 of 10 for the 3. time");
        assertThat(server.seen(GET)).hasSize(3);
    }

    @Test
    void refusesABlobOfAnotherSize() {
        server.on(GET, Answer.of(200, CONTENT + "!"));

        assertThatExceptionOfType(ContentMismatchException.class)
                .isThrownBy(() -> read(0))
                .withMessageContaining("11 bytes");
    }

    @Test
    void dropsAuthorizationOnARedirectToAnotherServer() throws IOException {
        try (ScriptedServer storage = new ScriptedServer()) {
            storage.on("GET /data", Answer.of(200, CONTENT));
            server.on(
                    GET,
                    (Seen seen) -> seen.header("Authorization").isEmpty()
                            ? Answer.of(401).with("WWW-Authenticate", "Basic realm=\"r\"")
                            : Answer.of(307).with("Location", storage.address() + "/data?sig=abc"));

            Repository repository = app(settings(new Basic("user", () -> "pass")));
            try (InputStream in = repository.open(BLOB, 0)) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
                        .isEqualTo(CONTENT);
            }
            assertThat(storage.seen().getFirst().header("Authorization")).isEmpty();
            assertThat(storage.seen().getFirst().target()).isEqualTo("/data?sig=abc");
        }
    }

    @Test
    void neverSendsAuthorizationBackHomeThroughAnotherServer() throws IOException {
        try (ScriptedServer detour = new ScriptedServer()) {
            detour.on("GET /data", Answer.of(307).with("Location", server.address() + "/home"));
            server.on("GET /home", Answer.of(200, CONTENT));
            server.on(
                    GET,
                    (Seen seen) -> seen.header("Authorization").isEmpty()
                            ? Answer.of(401).with("WWW-Authenticate", "Basic realm=\"r\"")
                            : Answer.of(307).with("Location", detour.address() + "/data"));

            Repository repository = app(settings(new Basic("user", () -> "pass")));
            try (InputStream in = repository.open(BLOB, 0)) {
                assertThat(in.readAllBytes()).hasSize(10);
            }
            assertThat(server.seen("GET /home").getFirst().header("Authorization"))
                    .isEmpty();
        }
    }

    @Test
    void followsARelativeRedirectAtHomeWithAuthorization() throws IOException {
        server.on("GET /elsewhere", Answer.of(200, CONTENT));
        server.on(
                GET,
                (Seen seen) -> seen.header("Authorization").isEmpty()
                        ? Answer.of(401).with("WWW-Authenticate", "Basic realm=\"r\"")
                        : Answer.of(302).with("Location", "/elsewhere"));

        try (InputStream in = app(settings(new Basic("user", () -> "pass"))).open(BLOB, 0)) {
            assertThat(in.readAllBytes()).hasSize(10);
        }
        assertThat(server.seen("GET /elsewhere").getFirst().header("Authorization"))
                .startsWith("Basic ");
    }

    @Test
    void refusesARedirectToTheMetadataServiceAndShowsNoSignature() {
        server.on(GET, Answer.of(307).with("Location", "http://169.254.169.254/metadata?sig=topsecret"));

        assertFailure(Kind.REJECTED, () -> read(0))
                .withMessageContaining("169.254.169.254")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("topsecret"));
    }

    @Test
    void stopsAfterFiveRedirects() {
        server.on(GET, Answer.of(307).with("Location", "/loop"));
        server.on("GET /loop", Answer.of(307).with("Location", "/loop"));

        assertFailure(Kind.REJECTED, () -> read(0)).withMessageContaining("more than 5 redirects");
        assertThat(server.seen("GET /loop")).hasSize(5);
    }

    private static Answer rangeFrom(int start) {
        return Answer.of(206, CONTENT.substring(start)).with("Content-Range", "bytes %d-9/10".formatted(start));
    }

    private String read(long offset) throws IOException {
        try (InputStream in = app().open(BLOB, offset)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
