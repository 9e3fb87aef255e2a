package io.transship.core.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.oci.Manifest.ImageIndex;
import io.transship.core.oci.Manifest.ImageManifest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {

    private static final MediaType UNKNOWN = new MediaType("application/vnd.example+json");

    private final TestArtifacts artifacts = new TestArtifacts(1);

    @Test
    void readsConfigFirstThenLayers() {
        Descriptor first = artifacts.blob(MediaType.OCI_LAYER, 1);
        Descriptor second = artifacts.blob(MediaType.OCI_LAYER, 2);
        Manifest image = artifacts.imageOf(first, second);

        assertThat(image).isInstanceOf(ImageManifest.class);
        assertThat(image.children()).hasSize(3).endsWith(first, second);
        assertThat(image.children().getFirst().mediaType()).isEqualTo(MediaType.OCI_CONFIG);
        assertThat(image.subject()).isEmpty();
    }

    @Test
    void readsIndexesOfBothFamilies() {
        Manifest image = artifacts.image(1);

        assertThat(artifacts.index(image)).isInstanceOf(ImageIndex.class);
        assertThat(artifacts.dockerList(artifacts.dockerImage(1))).isInstanceOf(ImageIndex.class);
        assertThat(artifacts.index(image, image).children()).containsExactly(image.descriptor(), image.descriptor());
    }

    @Test
    void readsTheSubjectOfAnArtifact() {
        Manifest image = artifacts.image(1);

        assertThat(artifacts.artifact("application/vnd.example.sbom", image, 5).subject())
                .contains(image.descriptor());
    }

    @Test
    void readsTheBlobsOfAnArtifactManifest() {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 3);

        Manifest manifest = artifacts.parse(
                MediaType.OCI_ARTIFACT, "{\"blobs\":[%s],\"unknown\":{}}".formatted(TestArtifacts.json(blob)));
        assertThat(manifest.children()).containsExactly(blob);
    }

    @Test
    void readsAnUnknownTypeByItsShape() {
        assertThat(artifacts.parse(UNKNOWN, "{\"manifests\":[]}")).isInstanceOf(ImageIndex.class);
        assertThat(artifacts.parse(UNKNOWN, "{\"layers\":null}")).isInstanceOf(ImageManifest.class);
    }

    @Test
    void isWhatItsDescriptorSays() {
        Manifest image = artifacts.image(1);
        Manifest other = new TestArtifacts(1).image(1);

        assertThat(other).isEqualTo(image).hasSameHashCodeAs(image);
        assertThat(artifacts.image(1)).isNotEqualTo(image);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/vnd.oci.image.manifest.v1+json | []                                        | not a JSON object
            application/vnd.oci.image.manifest.v1+json | {"layers":                                | not valid JSON
            application/vnd.oci.image.manifest.v1+json | {"layers":[],"layers":[]}                 | not valid JSON
            application/vnd.oci.image.manifest.v1+json | {"schemaVersion":1}                       | schema 1
            application/vnd.oci.image.manifest.v1+json | {"layers":[],"manifests":[]}              | ambiguous
            application/vnd.oci.image.manifest.v1+json | {"manifests":[]}                          | content of an index
            application/vnd.oci.image.index.v1+json    | {"layers":[]}                             | content of an image
            application/vnd.oci.image.index.v1+json    | {"mediaType":"application/x"}             | was served as
            application/vnd.oci.image.manifest.v1+json | {"layers":{}}                             | not an array
            application/vnd.oci.image.manifest.v1+json | {"layers":[{"digest":"sha256:x"}]}        | not a descriptor
            application/vnd.oci.image.manifest.v1+json | {"layers":[{"digest":"sha256:x","size":1}]} | not valid
            application/vnd.oci.image.manifest.v1+json | {"config":{"digest":"sha256:x","size":-1}} | config
            application/vnd.docker.distribution.manifest.v1+prettyjws | {}                         | schema 1
            """)
    void refusesWhatCouldBeMisread(String mediaType, String json, String reason) {
        byte[] raw = json.getBytes(StandardCharsets.UTF_8);
        Descriptor descriptor = Descriptor.of(new MediaType(mediaType), raw);

        assertThatExceptionOfType(InvalidManifestException.class)
                .isThrownBy(() -> Manifest.parse(descriptor, raw))
                .withMessageContaining(descriptor.digest().toString())
                .withMessageContaining(reason);
    }

    @Test
    void refusesAManifestThatIsTooLargeOrTooDeep() {
        byte[] large = new byte[Manifest.MAX_SIZE + 1];
        byte[] deep = "[".repeat(1000).getBytes(StandardCharsets.UTF_8);

        assertThatExceptionOfType(InvalidManifestException.class)
                .isThrownBy(() -> Manifest.parse(Descriptor.of(MediaType.OCI_INDEX, large), large));
        assertThatExceptionOfType(InvalidManifestException.class)
                .isThrownBy(() -> Manifest.parse(Descriptor.of(MediaType.OCI_INDEX, deep), deep));
    }
}
