package io.transship.core.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.oci.Descriptor;
import io.transship.core.oci.InvalidManifestException;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.TestArtifacts;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContentGraphTest {

    private final TestArtifacts artifacts = new TestArtifacts(1);

    @Test
    void putsChildrenBeforeParentsAndTheRootLast() throws IOException {
        Manifest first = artifacts.image(1);
        Manifest second = artifacts.image(2);
        Manifest inner = artifacts.index(first);
        Manifest root = artifacts.index(inner, second);

        ContentGraph graph = walk(root);

        assertThat(graph.manifests()).containsExactly(first, inner, second, root);
        assertThat(graph.root()).isEqualTo(root);
        assertThat(graph.blobs()).hasSize(4);
        assertThat(graph.digests()).hasSize(8).contains(root.descriptor().digest());
    }

    @Test
    void namesSharedContentOnce() throws IOException {
        Descriptor shared = artifacts.blob(MediaType.OCI_LAYER, 10);
        Manifest first = artifacts.imageOf(shared);
        Manifest second = artifacts.imageOf(shared, shared);

        ContentGraph graph = walk(artifacts.index(first, second, first));

        assertThat(graph.manifests()).hasSize(3);
        assertThat(graph.blobs()).containsOnlyOnce(shared).hasSize(3);
    }

    @Test
    void takesAnUnknownChildForABlobIfThereIsNoSuchManifest() throws IOException {
        Descriptor odd = artifacts.blob(new MediaType("application/vnd.example.odd"), 10);
        Descriptor layer = artifacts.blob(MediaType.OCI_LAYER, 10);
        Manifest index = artifacts.parse(
                MediaType.OCI_INDEX,
                "{\"manifests\":[%s,%s]}".formatted(TestArtifacts.json(odd), TestArtifacts.json(layer)));

        assertThat(ContentGraph.walk(index, descriptor -> Optional.empty()).blobs())
                .containsExactly(odd, layer);
    }

    @Test
    void doesNotFollowASubject() throws IOException {
        Manifest image = artifacts.image(1);

        assertThat(walk(artifacts.artifact("application/vnd.example.sbom", image, 5))
                        .manifests())
                .hasSize(1);
    }

    @Test
    void refusesAnIndexWhoseManifestIsMissing() {
        Manifest image = artifacts.image(1);

        assertThatExceptionOfType(InvalidManifestException.class)
                .isThrownBy(() -> ContentGraph.walk(artifacts.index(image), descriptor -> Optional.empty()))
                .withMessageContaining(image.descriptor().digest().toString());
    }

    @Test
    void refusesIndexesNestedTooDeep() {
        Manifest manifest = artifacts.image(1);
        for (int depth = 0; depth <= ContentGraph.MAX_DEPTH; depth++) {
            manifest = artifacts.index(manifest);
        }
        Manifest deepest = manifest;

        assertThatExceptionOfType(InvalidManifestException.class)
                .isThrownBy(() -> walk(deepest))
                .withMessageContaining("16 levels");
    }

    @Test
    void refusesAnIndexThatContainsItself() {
        // Possible only with a source that lies about digests, such as a damaged archive.
        Manifest child = artifacts.index(artifacts.image(1));
        Manifest root = artifacts.index(child);

        assertThatExceptionOfType(InvalidManifestException.class)
                .isThrownBy(() -> ContentGraph.walk(root, descriptor -> Optional.of(root)))
                .withMessageContaining("contains itself");
    }

    @Test
    void refusesTwoSizesForOneDigest() {
        Descriptor layer = artifacts.blob(MediaType.OCI_LAYER, 10);
        Manifest image = artifacts.imageOf(layer, new Descriptor(layer.mediaType(), layer.digest(), 11));

        assertThatExceptionOfType(InvalidManifestException.class)
                .isThrownBy(() -> walk(image))
                .withMessageContaining("10 and with 11 bytes");
    }

    private ContentGraph walk(Manifest root) throws IOException {
        return ContentGraph.walk(root, descriptor -> Optional.of(artifacts.manifest(descriptor.digest())));
    }
}
