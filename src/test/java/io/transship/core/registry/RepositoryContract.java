package io.transship.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.content.ContentGraph;
import io.transship.core.content.ContentLink;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.VerifyingInputStream;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.InvalidReferenceException;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Manifest.ImageIndex;
import io.transship.core.oci.Manifest.ImageManifest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.TestArtifacts;
import io.transship.core.registry.RegistryException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What every registry must do, ours in memory and real ones alike. Each test uses repositories of its own. */
abstract class RepositoryContract {

    private final TestArtifacts artifacts = new TestArtifacts(1);
    private Repository repository;

    /** The registry under test, the same for all tests of a class or a new one for each. */
    abstract Registry registry();

    @BeforeEach
    void openRepository(TestInfo test) {
        repository =
                registry().repository(name(test.getTestMethod().orElseThrow().getName()));
    }

    private static String name(String test) {
        return "contract/" + test.toLowerCase(Locale.ROOT);
    }

    @Test
    void keepsManifestsOfEveryKindByteByByte() throws IOException {
        Manifest image = artifacts.image(100, 200_000);
        Manifest docker = artifacts.dockerImage(1);
        Manifest index = artifacts.index(image, artifacts.image(5));
        Manifest list = artifacts.dockerList(docker);
        Manifest signature = artifacts.artifact("application/vnd.example.signature", image, 50);
        for (Manifest manifest : new Manifest[] {image, docker, index, list, signature}) {
            store(manifest);
            repository.putManifest(manifest, "v1");

            Manifest read = repository.manifest("v1");
            assertThat(read).isEqualTo(manifest);
            assertThat(read.raw()).isEqualTo(manifest.raw());
            assertThat(repository.resolve("v1")).contains(manifest.descriptor());
            assertThat(repository.manifest(manifest.descriptor())).contains(manifest);
            assertThat(repository.resolve(manifest.descriptor().digest().toString()))
                    .contains(manifest.descriptor());
        }
    }

    @Test
    void servesTheWholeGraphOfAnIndex() throws IOException {
        Manifest index = artifacts.index(artifacts.image(10, 20), artifacts.image(30));
        store(index);
        repository.putManifest(index, "multi");

        ContentGraph graph = ContentGraph.walk(repository.manifest("multi"), repository);

        assertThat(graph.manifests()).hasSize(3);
        assertThat(graph.blobs()).hasSize(5);
        for (Descriptor blob : graph.blobs()) {
            assertThat(repository.has(blob)).isTrue();
            try (InputStream in = new VerifyingInputStream(repository.open(blob, 0), blob)) {
                assertThat(in.readAllBytes()).isEqualTo(artifacts.content(blob));
            }
        }
    }

    @Test
    void opensABlobFromAnOffset() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 100_000);
        put(blob);

        assertThat(read(blob, 99_990)).isEqualTo(tail(blob, 99_990));
        assertThat(read(blob, 1)).isEqualTo(tail(blob, 1));
        assertThat(read(blob, 100_000)).isEmpty();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> repository.open(blob, 100_001));
    }

    @Test
    void leadsNowhereWithABlobThatItServesItself() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 1000);
        put(blob);

        ContentLink link = repository.link(blob);

        assertThat(link.registry()).isEqualTo(registry().name());
        assertThat(link.address()).isEmpty();
        assertThat(link.insteadOf(URI.create("https://storage.test/blob"))).isEmpty();
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() ->
                        repository.link(artifacts.blob(MediaType.OCI_LAYER, 10)).address())
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    }

    @Test
    void takesTheSameBlobTwiceAndAnEmptyOne() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 10);
        Descriptor empty = artifacts.blob(MediaType.OCTET_STREAM, 0);
        put(blob);
        put(blob);
        put(empty);

        assertThat(repository.has(blob)).isTrue();
        assertThat(repository.has(empty)).isTrue();
        assertThat(read(empty, 0)).isEmpty();
    }

    @Test
    void knowsNothingOfWhatWasNeverStored() throws IOException {
        Descriptor absent = artifacts.blob(MediaType.OCI_LAYER, 10);

        assertThat(repository.resolve("v1")).isEmpty();
        assertThat(repository.manifest(absent)).isEmpty();
        assertThat(repository.has(absent)).isFalse();
        assertThat(repository.tags()).isEmpty();
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> repository.manifest("v1"))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
                .withMessageContaining(registry().name())
                .withMessageContaining("v1");
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> repository.open(absent, 0))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
                .withMessageContaining(absent.digest().toString());
    }

    @Test
    void refusesAManifestWhoseChildIsMissing() throws IOException {
        Manifest image = artifacts.image(10);
        put(image.children().getFirst());

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> repository.putManifest(image, "v1"))
                .satisfies(e -> assertThat(e.kind()).isIn(Kind.REJECTED, Kind.NOT_FOUND));
        assertThat(repository.resolve("v1")).isEmpty();
    }

    @Test
    void neverKeepsABlobWithDamagedBytes() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 300_000);
        byte[] damaged = artifacts.content(blob).clone();
        damaged[299_999]++;

        assertThatExceptionOfType(ContentMismatchException.class)
                .isThrownBy(() -> repository.put(blob, () -> new ByteArrayInputStream(damaged)));
        assertThat(repository.has(blob)).isFalse();
    }

    @Test
    void neverKeepsABlobThatEndsEarly() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 300_000);

        assertThatExceptionOfType(ContentMismatchException.class)
                .isThrownBy(() ->
                        repository.put(blob, () -> new ByteArrayInputStream(artifacts.content(blob), 0, 299_999)));
        assertThat(repository.has(blob)).isFalse();
    }

    @Test
    void mountsFromAnotherRepositoryWithoutAnUpload() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 1000);
        put(blob);
        Repository other = registry().repository(repository.name() + "/other");

        assertThat(other.mount(blob, repository.name())).isTrue();
        assertThat(other.has(blob)).isTrue();
        assertThat(other.mount(artifacts.blob(MediaType.OCI_LAYER, 10), repository.name()))
                .isFalse();
    }

    @Test
    void movesATagAndListsAllTags() throws IOException {
        Manifest first = artifacts.image(1);
        Manifest second = artifacts.image(2);
        store(first);
        store(second);
        repository.putManifest(first, "latest");
        repository.putManifest(first, "1.0");
        repository.putManifest(second, "latest");

        assertThat(repository.resolve("latest")).contains(second.descriptor());
        assertThat(repository.resolve("1.0")).contains(first.descriptor());
        assertThat(repository.tags()).containsExactlyInAnyOrder("1.0", "latest");
        assertThat(registry().catalog()).contains(repository.name());
    }

    @Test
    void knowsWhetherARepositoryExists() throws IOException {
        assertThat(repository.exists()).isFalse();

        Manifest image = artifacts.image(1);
        store(image);
        repository.putManifest(image, "latest");

        assertThat(repository.exists()).isTrue();
    }

    @Test
    void provesTheRightToPushAndLeavesNothing() throws IOException {
        registry().login();
        repository.checkPush();

        assertThat(repository.exists()).isFalse();
        assertThat(repository.tags()).isEmpty();
        assertThat(registry().catalog()).doesNotContain(repository.name());
    }

    @Test
    void refusesNamesThatAreNone() {
        assertThatExceptionOfType(InvalidReferenceException.class)
                .isThrownBy(() -> registry().repository("../Evil"));
        assertThatExceptionOfType(InvalidReferenceException.class).isThrownBy(() -> repository.resolve("sha256:short"));
    }

    private void store(Manifest manifest) throws IOException {
        for (Descriptor child : manifest.children()) {
            switch (manifest) {
                case ImageIndex index -> store(artifacts.manifest(child.digest()));
                case ImageManifest image -> put(child);
            }
        }
        repository.putManifest(manifest, manifest.descriptor().digest().toString());
    }

    private void put(Descriptor blob) throws IOException {
        repository.put(blob, () -> new ByteArrayInputStream(artifacts.content(blob)));
    }

    private byte[] read(Descriptor blob, long offset) throws IOException {
        try (InputStream in = repository.open(blob, offset)) {
            return in.readAllBytes();
        }
    }

    private byte[] tail(Descriptor blob, int offset) {
        byte[] content = artifacts.content(blob);
        return Arrays.copyOfRange(content, offset, content.length);
    }
}
