package io.transship.core.registry;

import static io.transship.core.registry.RegistryFailuresTest.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.content.ContentMismatchException;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.InvalidManifestException;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.TestArtifacts;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.ScriptedServer.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ManifestFetchTest extends ScriptedRegistry {

    private static final String HEAD = "HEAD /v2/app/manifests/v1";
    private static final String GET = "GET /v2/app/manifests/v1";

    private final Manifest image = new TestArtifacts(4).image(10);
    private final Answer served =
            Answer.of(200, text(image)).with("Content-Type", image.descriptor().mediaType() + "; charset=utf-8");

    @Test
    void readsWhatAHeadDoesNotTell() throws IOException {
        server.on(HEAD, Answer.of(200)).on(GET, served);

        assertThat(app().resolve("v1")).contains(image.descriptor());
    }

    @Test
    void asksForEveryKindOfManifest() throws IOException {
        server.on(GET, served);

        app().manifest("v1");

        assertThat(server.seen(GET).getFirst().header("Accept"))
                .contains(MediaType.OCI_INDEX.value(), MediaType.DOCKER_LIST.value(), "*/*");
    }

    @Test
    void trustsTheManifestAboutItsTypeWhereTheServerIsVague() throws IOException {
        server.on(GET, Answer.of(200, text(image)).with("Content-Type", "application/octet-stream"));

        assertThat(app().manifest("v1").descriptor()).isEqualTo(image.descriptor());
    }

    @Test
    void refusesBytesThatAreNotWhatWasAskedFor() {
        String digest = new TestArtifacts(5).image(1).descriptor().digest().toString();
        server.on("GET /v2/app/manifests/" + digest, served);
        server.on(GET, served.with("Docker-Content-Digest", digest));

        for (String reference : new String[] {digest, "v1"}) {
            assertThatExceptionOfType(ContentMismatchException.class)
                    .isThrownBy(() -> app().manifest(reference))
                    .withMessageContaining("expected digest " + digest);
        }
    }

    @Test
    void refusesAManifestThatIsTooLarge() {
        server.on(GET, Answer.of(200, " ".repeat(Manifest.MAX_SIZE + 1)));

        assertFailure(Kind.REJECTED, () -> app().manifest("v1")).withMessageContaining("4,194,304");
    }

    @Test
    void refusesAManifestOfAnotherSizeThanItsDescriptor() {
        Descriptor real = image.descriptor();
        server.on("GET /v2/app/manifests/" + real.digest(), served);

        Descriptor wrong = new Descriptor(real.mediaType(), real.digest(), real.size() + 1);
        assertThatExceptionOfType(ContentMismatchException.class).isThrownBy(() -> app().manifest(wrong));
    }

    @Test
    void namesASchema1ManifestButDoesNotReadIt() throws IOException {
        String schema1 = "{\"schemaVersion\":1}";
        Answer answer = Answer.of(200, schema1).with("Content-Type", MediaType.DOCKER_SCHEMA1_SIGNED.value());
        server.on(HEAD, Answer.of(405)).on(GET, answer);

        assertThat(app().resolve("v1").orElseThrow().mediaType()).isEqualTo(MediaType.DOCKER_SCHEMA1_SIGNED);
        assertThatExceptionOfType(InvalidManifestException.class)
                .isThrownBy(() -> app().manifest("v1"))
                .withMessageContaining("schema 1");
    }

    @Test
    void noticesThatARegistryStoredSomethingElse() {
        server.on("PUT /v2/app/manifests/v1", Answer.of(201).with("Docker-Content-Digest", "sha256:" + "0".repeat(64)));

        assertFailure(Kind.REJECTED, () -> app().putManifest(image, "v1")).withMessageContaining("instead of");
    }

    private static String text(Manifest manifest) {
        return new String(manifest.raw(), StandardCharsets.US_ASCII);
    }
}
