package io.transship.local.artifacts;

import io.transship.local.artifacts.ArtifactWriter.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** An artifact of any number of layers of any size, which goes into a registry without ever being a file. */
public final class SeededArtifact {

    private SeededArtifact() {}

    /**
     * Puts an artifact into a registry.
     *
     * @param reference {@code repository:tag}
     * @param layers how many
     * @param layerBytes size of each
     * @param seed of the bytes: another one makes other digests
     */
    public static SampleArtifact push(
            DistributionClient registry, String reference, int layers, long layerBytes, long seed) throws IOException {
        String repository = reference.substring(0, reference.lastIndexOf(':'));
        String tag = reference.substring(reference.lastIndexOf(':') + 1);
        ArtifactWriter writer = new ArtifactWriter(registry);
        Part config = writer.blob(repository, Types.OCI_EMPTY, "{}".getBytes(StandardCharsets.UTF_8));
        List<Part> parts = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            MessageDigest digest = Sha256.start();
            SeededContent content = new SeededContent(seed * 1_000_003 + layer, layerBytes);
            String name =
                    registry.putBlob(repository, new DigestInputStream(content, digest), () -> Sha256.name(digest));
            parts.add(new Part("application/vnd.demo.seeded.v1", name, layerBytes));
        }
        Part manifest = writer.manifest(
                repository, Types.OCI_MANIFEST, ArtifactWriter.manifestJson(Types.OCI_MANIFEST, config, parts));
        writer.tag(repository, tag, manifest);
        return new SampleArtifact(repository, tag, manifest.digest(), "%d layers of seeded bytes".formatted(layers));
    }
}
