package io.transship.core.registry;

import static io.transship.core.registry.RegistryFailuresTest.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.content.ContentLink;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.MediaType;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.ScriptedServer.Answer;
import io.transship.core.registry.ScriptedServer.Seen;
import io.transship.core.registry.auth.RegistryCredential.Basic;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where a registry says that it keeps a blob. */
class BlobLinkTest extends ScriptedRegistry {

    private static final Descriptor BLOB =
            Descriptor.of(MediaType.OCI_LAYER, "0123456789".getBytes(StandardCharsets.US_ASCII));
    private static final String GET = "GET /v2/app/blobs/" + BLOB.digest();

    @Test
    void isTheRedirectOfAGetWordByWordAndNobodyIsAskedThere() throws IOException {
        try (ScriptedServer storage = new ScriptedServer()) {
            String address = storage.address() + "/data/aa%2Fbb?sv=1&sig=a%2Bb%3D&se=2026";
            server.on(GET, Answer.of(307).with("Location", address));

            Optional<URI> found = link().address();

            assertThat(found).map(URI::toASCIIString).contains(address);
            assertThat(storage.seen()).isEmpty();
        }
    }

    @Test
    void isAskedForOnceAndAnewWhenItWasRefused() throws IOException {
        server.on(
                GET,
                Answer.of(307).with("Location", "http://127.0.0.1:1/data?sig=1"),
                Answer.of(307).with("Location", "http://127.0.0.1:1/data?sig=2"));
        ContentLink link = link();

        URI first = link.address().orElseThrow();
        assertThat(link.address()).contains(first);
        URI second = link.insteadOf(first).orElseThrow();
        assertThat(second).isNotEqualTo(first);
        assertThat(link.insteadOf(first)).as("another caller, who is late").contains(second);
        assertThat(link.address()).contains(second);
        assertThat(server.seen(GET)).hasSize(2);
    }

    @Test
    void isThereNoneOneByteIsRead() throws IOException {
        server.on(GET, Answer.of(206, "0").with("Content-Range", "bytes 0-0/10"));

        assertThat(link().address()).isEmpty();

        assertThat(server.seen(GET)).extracting(seen -> seen.header("Range")).containsExactly("bytes=0-0");
    }

    @Test
    void isLookedForWithTheLoginAndThroughRedirectsAtHome() throws IOException {
        server.on(
                "GET /elsewhere",
                (Seen seen) -> seen.header("Authorization").isEmpty()
                        ? Answer.of(401)
                        : Answer.of(302).with("Location", "http://127.0.0.1:1/data"));
        server.on(
                GET,
                (Seen seen) -> seen.header("Authorization").isEmpty()
                        ? Answer.of(401).with("WWW-Authenticate", "Basic realm=\"r\"")
                        : Answer.of(302).with("Location", "/elsewhere"));

        assertThat(app(settings(new Basic("user", () -> "pass"))).link(BLOB).address())
                .contains(URI.create("http://127.0.0.1:1/data"));
    }

    @Test
    void isNeverOnThePlatformAndNoSignatureIsShown() {
        server.on(GET, Answer.of(307).with("Location", "http://169.254.169.254/metadata?sig=topsecret"));

        assertFailure(Kind.REJECTED, () -> link().address())
                .withMessageContaining("169.254.169.254")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("topsecret"));
    }

    @Test
    void ofABlobThatIsNotThereIsNone() {
        server.on(GET, Answer.of(404));

        assertFailure(Kind.NOT_FOUND, () -> link().address()).withMessageContaining("asking where to find blob 'app@");
    }

    @Test
    void aBusyRegistryIsAskedAgain() throws IOException {
        server.on(GET, Answer.of(503), Answer.of(307).with("Location", "http://127.0.0.1:1/data"));

        assertThat(link().address()).isPresent();
    }

    @Test
    void goesRoundInCirclesFiveTimesAtMost() {
        server.on(GET, Answer.of(307).with("Location", "/loop"));
        server.on("GET /loop", Answer.of(307).with("Location", "/loop"));

        assertFailure(Kind.REJECTED, () -> link().address()).withMessageContaining("more than 5 redirects");
    }

    @Test
    void showsTheRegistryAndNoAddress() throws IOException {
        server.on(GET, Answer.of(307).with("Location", "http://127.0.0.1:1/data?sig=topsecret"));
        ContentLink link = link();
        link.address();

        assertThat(link.registry()).isEqualTo("127.0.0.1:" + server.address().getPort());
        assertThat(link.toString()).doesNotContain("topsecret", "data");
    }

    private ContentLink link() {
        return app().link(BLOB);
    }
}
