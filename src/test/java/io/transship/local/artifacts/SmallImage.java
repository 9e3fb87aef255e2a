package io.transship.local.artifacts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.local.artifacts.ArtifactWriter.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An artifact of a few hundred bytes, for tests of everything but speed. */
public final class SmallImage {

    private SmallImage() {}

    /**
     * Puts an image with one layer into a registry.
     *
     * @param reference {@code repository:tag}
     * @param layer its content, as it will also stand in an archive; another one makes another digest
     */
    public static SampleArtifact push(DistributionClient registry, String reference, String layer) throws IOException {
        return push(registry, reference, layer, "");
    }

    /**
     * The same for an artifact that says what it is.
     *
     * @param type any text; empty for none
     */
    public static SampleArtifact push(DistributionClient registry, String reference, String layer, String type)
            throws IOException {
        String repository = reference.substring(0, reference.lastIndexOf(':'));
        String tag = reference.substring(reference.lastIndexOf(':') + 1);
        ArtifactWriter writer = new ArtifactWriter(registry);
        Part config = writer.blob(repository, Types.OCI_EMPTY, "{}".getBytes(StandardCharsets.UTF_8));
        Part content = writer.blob(repository, "application/vnd.demo.text.v1", layer.getBytes(StandardCharsets.UTF_8));
        ObjectNode json = ArtifactWriter.manifestJson(Types.OCI_MANIFEST, config, List.of(content));
        if (!type.isEmpty()) {
            json.put("artifactType", type);
        }
        Part manifest = writer.manifest(repository, Types.OCI_MANIFEST, json);
        writer.tag(repository, tag, manifest);
        return new SampleArtifact(repository, tag, manifest.digest(), "small image");
    }
}
