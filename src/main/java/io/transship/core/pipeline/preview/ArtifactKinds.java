package io.transship.core.pipeline.preview;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Manifest.ImageIndex;
import io.transship.core.oci.Manifest.ImageManifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What artifacts of an archive are, and for which platforms, as far as they say so. Archives come from another security
 * domain: what is read here is bounded, and what is odd says nothing.
 */
final class ArtifactKinds {

    /** Configs of images have a few KiB. */
    private static final int MAX_CONFIG = 256 * 1024;

    private static final int MAX_PLATFORMS = 100;
    private static final int MAX_TEXT = 100;

    /** What BuildKit writes where an index lists something that is for no platform. */
    private static final String UNKNOWN = "unknown";

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .build();

    private final Archive archive;

    ArtifactKinds(Archive archive) {
        this.archive = archive;
    }

    /** The type that it says it has, or that of its config, or that of its manifest. */
    String typeOf(Manifest root) {
        JsonNode json = parse(root.raw());
        return Stream.of(json.at("/artifactType"), json.at("/config/mediaType"))
                .map(ArtifactKinds::text)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(root.descriptor().mediaType().value());
    }

    /** Platforms, each once, in the order in which it names them. */
    List<String> platformsOf(Manifest root) throws IOException {
        List<String> found = new ArrayList<>();
        switch (root) {
            case ImageIndex index -> {
                for (JsonNode child : parse(index.raw()).path("manifests")) {
                    platform(child.path("platform")).ifPresent(found::add);
                }
            }
            case ImageManifest image ->
                config(image).flatMap(ArtifactKinds::platform).ifPresent(found::add);
        }
        return found.stream().distinct().limit(MAX_PLATFORMS).toList();
    }

    private Optional<JsonNode> config(ImageManifest image) throws IOException {
        Optional<Descriptor> config = image.children().stream()
                .findFirst()
                .filter(child -> child.mediaType().value().contains(".image.") && child.size() <= MAX_CONFIG);
        Optional<ArchivedContent> content = config.flatMap(found -> archive.find(found.digest()))
                .filter(found -> found.descriptor().size() <= MAX_CONFIG);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = archive.open(content.get())) {
            return Optional.of(parse(in.readAllBytes()));
        }
    }

    private static Optional<String> platform(JsonNode node) {
        List<String> parts = Stream.of("os", "architecture", "variant")
                .map(name -> text(node.path(name)))
                .flatMap(Optional::stream)
                .toList();
        return parts.size() < 2 || parts.contains(UNKNOWN)
                ? Optional.empty()
                : Optional.of(parts.stream().collect(Collectors.joining("/")));
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.ofNullable(node.textValue()).filter(text -> !text.isBlank() && text.length() <= MAX_TEXT);
    }

    private static JsonNode parse(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
