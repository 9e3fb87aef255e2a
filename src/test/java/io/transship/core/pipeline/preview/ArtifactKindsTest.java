package io.transship.core.pipeline.preview;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.archive.Archive;
import io.transship.core.archive.TableOfContents;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What artifacts say of themselves is shown within bounds, and what is odd is left out. */
class ArtifactKindsTest {

    private static final String DIGEST = "sha256:" + "0a".repeat(32);

    private final ArtifactKinds kinds = new ArtifactKinds(
            Archive.of(RangeSource.of(new byte[0]), new TableOfContents("", List.of(), List.of(), List.of())));

    private static Manifest manifest(MediaType type, String json) throws IOException {
        byte[] raw = json.getBytes(StandardCharsets.UTF_8);
        return Manifest.parse(Descriptor.of(type, raw), raw);
    }

    private static Manifest index(String platforms) throws IOException {
        return manifest(MediaType.OCI_INDEX, "{\"schemaVersion\":2,\"manifests\":[%s]}".formatted(platforms));
    }

    private static String child(String platform) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":2,\"platform\":%s}"
                .formatted(MediaType.OCI_MANIFEST, DIGEST, platform);
    }

    @Test
    void platformsOfAnIndexAreNamedOnceWithTheirVariantAndWithoutWhatIsForNone() throws IOException {
        Manifest index = index(String.join(
                ",",
                child("{\"os\":\"linux\",\"architecture\":\"amd64\"}"),
                child("{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}"),
                child("{\"os\":\"linux\",\"architecture\":\"amd64\"}"),
                child("{\"os\":\"unknown\",\"architecture\":\"unknown\"}"),
                child("{\"os\":[\"linux\"],\"architecture\":7}"),
                child("\"none\"")));

        assertThat(kinds.platformsOf(index)).containsExactly("linux/amd64", "linux/arm64/v8");
    }

    @Test
    void neitherManyPlatformsNorLongOnesFillThePage() throws IOException {
        String many = IntStream.range(0, 500)
                .mapToObj(number -> child("{\"os\":\"linux\",\"architecture\":\"a%d\"}".formatted(number)))
                .collect(Collectors.joining(","));

        assertThat(kinds.platformsOf(index(many))).hasSize(100);
        assertThat(kinds.platformsOf(
                        index(child("{\"os\":\"linux\",\"architecture\":\"%s\"}".formatted("x".repeat(101))))))
                .isEmpty();
    }

    @Test
    void theTypeIsWhatAnArtifactSaysItIsOrThatOfItsConfigOrOfItsManifest() throws IOException {
        String config =
                "\"config\":{\"mediaType\":\"application/vnd.cncf.helm.config.v1+json\",\"digest\":\"%s\",\"size\":2}"
                        .formatted(DIGEST);
        String layers = "\"layers\":[]";

        assertThat(kinds.typeOf(manifest(
                        MediaType.OCI_MANIFEST, "{\"artifactType\":\"<b>odd</b>\",%s,%s}".formatted(config, layers))))
                .isEqualTo("<b>odd</b>");
        assertThat(kinds.typeOf(manifest(
                        MediaType.OCI_MANIFEST,
                        "{\"artifactType\":\"%s\",%s,%s}".formatted("x".repeat(101), config, layers))))
                .isEqualTo("application/vnd.cncf.helm.config.v1+json");
        assertThat(kinds.typeOf(index(""))).isEqualTo(MediaType.OCI_INDEX.value());
    }

    @Test
    void aConfigThatTheArchiveDoesNotHoldSaysNoPlatform() throws IOException {
        Manifest image = manifest(
                MediaType.OCI_MANIFEST,
                "{\"config\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":2},\"layers\":[]}"
                        .formatted(MediaType.OCI_CONFIG, DIGEST));

        assertThat(kinds.platformsOf(image)).isEmpty();
    }
}
