package io.transship.core.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.content.ContentGraph;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.Reference;
import io.transship.core.oci.TestArtifacts;
import io.transship.core.registry.ForwardingRepository;
import io.transship.core.registry.InMemoryRegistry;
import io.transship.core.registry.Registry;
import io.transship.core.registry.Repository;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** A source registry with artifacts of several kinds, some of which share contents, and what tests do with it. */
public final class TransferSamples {

    /** So small that the samples make several blocks in each of several slices. */
    public static final TransferSettings SMALL = new TransferSettings(64 * 1024, 192 * 1024);

    /** The tags of all artifacts. */
    public static final List<String> ALL =
            List.of("charts/hello:2", "team/app:1", "team/app:latest", "team/tools:1", "team/tools:amd64");

    private final TestArtifacts artifacts = new TestArtifacts(20260301);
    private final InMemoryRegistry registry = new InMemoryRegistry("source.test");
    private final Descriptor shared = artifacts.blob(MediaType.OCI_LAYER, 300_000);
    private final Manifest app = artifacts.imageOf(shared, artifacts.blob(MediaType.OCI_LAYER, 20_000));
    private final Manifest amd64 = artifacts.imageOf(shared, artifacts.blob(MediaType.OCI_LAYER, 140_000));
    private final Manifest arm64 = artifacts.dockerImage(65_536, 1);
    private final Manifest chart = artifacts.artifact("application/vnd.example.chart", null, 3_000);

    public TransferSamples() throws IOException {
        registry.seed("team/app", "1", app, artifacts);
        registry.seed("team/app", "latest", app, artifacts);
        registry.seed("team/tools", "1", artifacts.index(amd64, arm64), artifacts);
        registry.seed("team/tools", "amd64", amd64, artifacts);
        registry.seed("charts/hello", "2", chart, artifacts);
    }

    public InMemoryRegistry registry() {
        return registry;
    }

    public TestArtifacts artifacts() {
        return artifacts;
    }

    /** A layer of both {@code team/app} and {@code team/tools}, larger than a block. */
    public Descriptor shared() {
        return shared;
    }

    /** The layer that {@code charts/hello} alone has, smaller than a block. */
    public Descriptor chartLayer() {
        return chart.children().getLast();
    }

    /** Opens a content, whichever artifact it belongs to. */
    public InputStream open(Descriptor blob, long offset) {
        byte[] bytes = artifacts.content(blob);
        return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
    }

    public static List<Reference> references(List<String> names) {
        return names.stream().map(Reference::parse).toList();
    }

    /** Makes the registry deliver a content with one byte flipped, the last one. */
    public void damage(Digest digest) {
        registry.decorate(repository -> new ForwardingRepository(repository) {
            @Override
            public InputStream open(Descriptor blob, long offset) throws IOException {
                try (InputStream in = super.open(blob, offset)) {
                    byte[] bytes = in.readAllBytes();
                    if (blob.digest().equals(digest)) {
                        bytes[bytes.length - 1] ^= 1;
                    }
                    return new ByteArrayInputStream(bytes);
                }
            }
        });
    }

    /** Checks that a registry has these artifacts whole, byte for byte, under the same names. */
    public void assertArrived(Registry target, List<String> names) throws IOException {
        for (Reference name : references(names)) {
            Repository from = registry.repository(name.repository());
            Repository to = target.repository(name.repository());
            Manifest root = from.manifest(name.tagOrDigest());
            assertThat(to.resolve(name.tagOrDigest())).as("%s", name).contains(root.descriptor());
            ContentGraph graph = ContentGraph.walk(root, from);
            assertThat(ContentGraph.walk(to.manifest(name.tagOrDigest()), to)).isEqualTo(graph);
            for (Descriptor blob : graph.blobs()) {
                try (InputStream in = to.open(blob, 0)) {
                    assertThat(in.readAllBytes()).as("%s", blob).isEqualTo(artifacts.content(blob));
                }
            }
        }
    }

    /** All tags of a registry, as {@code repository:tag}, in order. */
    public static List<String> tags(Registry registry) throws IOException {
        List<String> tags = new ArrayList<>();
        for (String repository : registry.catalog()) {
            for (String tag : registry.repository(repository).tags()) {
                tags.add(repository + ":" + tag);
            }
        }
        return tags;
    }
}
