package io.transship.local.artifacts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts blobs and manifests into a registry, each blob uploaded once and mounted wherever else it is used. */
public final class ArtifactWriter {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CREATED = "2026-01-01T00:00:00Z";

    private final DistributionClient registry;
    private final Map<String, List<String>> homes = new HashMap<>();

    /** Writes through a client, which stays the caller's. */
    public ArtifactWriter(DistributionClient registry) {
        this.registry = registry;
    }

    /** What a manifest says of other content. */
    public record Part(String mediaType, String digest, long size) {

        /** As a descriptor. */
        public ObjectNode json() {
            return JSON.createObjectNode()
                    .put("mediaType", mediaType)
                    .put("digest", digest)
                    .put("size", size);
        }
    }

    /** Media types of one image format. */
    public record Format(String manifest, String config, String layer) {

        public static final Format OCI = new Format(Types.OCI_MANIFEST, Types.OCI_CONFIG, Types.OCI_LAYER);
        static final Format DOCKER = new Format(Types.DOCKER_MANIFEST, Types.DOCKER_CONFIG, Types.DOCKER_LAYER);
    }

    /** Makes a layer present in a repository. */
    public Part layer(String repository, Layer layer, String mediaType) throws IOException {
        if (!isMounted(repository, layer.digest())) {
            registry.putBlob(repository, layer.digest(), layer.file());
        }
        return new Part(mediaType, layer.digest(), layer.size());
    }

    /** Makes a blob present in a repository. */
    public Part blob(String repository, String mediaType, byte[] content) throws IOException {
        String digest = Sha256.of(content);
        if (!isMounted(repository, digest)) {
            registry.putBlob(repository, digest, content);
        }
        return new Part(mediaType, digest, content.length);
    }

    /** Pushes an image for one platform, by digest only. */
    public Part image(String repository, Format format, String architecture, List<Layer> layers) throws IOException {
        ObjectNode config = JSON.createObjectNode();
        config.put("created", CREATED).put("architecture", architecture).put("os", "linux");
        config.putObject("config").putArray("Cmd").add("/opt/run");
        ArrayNode history = config.putArray("history");
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        List<Part> parts = new ArrayList<>();
        for (Layer layer : layers) {
            diffIds.add(layer.diffId());
            history.addObject()
                    .put("created", CREATED)
                    .put("created_by", "COPY " + layer.file().getFileName());
            parts.add(layer(repository, layer, format.layer()));
        }
        Part configPart = blob(repository, format.config(), bytes(config));
        return manifest(repository, format.manifest(), manifestJson(format.manifest(), configPart, parts));
    }

    /** Pushes an index of images, by digest only. */
    public Part index(String repository, Map<String, Part> imagesByArchitecture) throws IOException {
        ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", Types.OCI_INDEX);
        ArrayNode manifests = index.putArray("manifests");
        imagesByArchitecture.forEach((architecture, image) -> {
            ObjectNode entry = image.json();
            entry.putObject("platform").put("architecture", architecture).put("os", "linux");
            manifests.add(entry);
        });
        return manifest(repository, Types.OCI_INDEX, index);
    }

    /** A manifest that can still be added to. */
    public static ObjectNode manifestJson(String mediaType, Part config, List<Part> layers) {
        ObjectNode manifest = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", mediaType);
        manifest.set("config", config.json());
        ArrayNode array = manifest.putArray("layers");
        layers.forEach(layer -> array.add(layer.json()));
        return manifest;
    }

    /** Pushes a manifest by digest only. */
    public Part manifest(String repository, String mediaType, ObjectNode json) throws IOException {
        byte[] content = bytes(json);
        String digest = Sha256.of(content);
        registry.putManifest(repository, digest, mediaType, content);
        return new Part(mediaType, digest, content.length);
    }

    /** Pushes a manifest under a tag at once. */
    public Part taggedManifest(String repository, String tag, String mediaType, ObjectNode json) throws IOException {
        byte[] content = bytes(json);
        registry.putManifest(repository, tag, mediaType, content);
        return new Part(mediaType, Sha256.of(content), content.length);
    }

    /** Points a tag at a manifest that is there. */
    public void tag(String repository, String tag, Part manifest) throws IOException {
        byte[] content = registry.manifest(repository, manifest.digest())
                .orElseThrow(() -> new IOException("the manifest '%s' is gone".formatted(manifest.digest())));
        registry.putManifest(repository, tag, manifest.mediaType(), content);
    }

    /** True if the blob is in the repository now; else the caller has to upload it. */
    private boolean isMounted(String repository, String digest) throws IOException {
        List<String> known = homes.computeIfAbsent(digest, key -> new ArrayList<>());
        if (known.contains(repository)) {
            return true;
        }
        if (!known.isEmpty()) {
            registry.mountBlob(repository, digest, known.getFirst());
        }
        known.add(repository);
        return known.size() > 1;
    }

    private static byte[] bytes(ObjectNode json) {
        return json.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }
}
