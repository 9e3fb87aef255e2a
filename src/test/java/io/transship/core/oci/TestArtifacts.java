package io.transship.core.oci;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes artifacts of every kind a registry keeps, the same ones for the same seed, and remembers their content. Not
 * thread-safe.
 */
public final class TestArtifacts {

    private final Random random;
    private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    private final Map<Digest, Manifest> manifests = new LinkedHashMap<>();

    public TestArtifacts(long seed) {
        random = new Random(seed);
    }

    /** Random content, so that no two calls give the same. */
    public Descriptor blob(MediaType mediaType, int size) {
        byte[] content = new byte[size];
        random.nextBytes(content);
        return keep(mediaType, content);
    }

    /** An OCI image with a config and layers of about these sizes. */
    public Manifest image(int... layerSizes) {
        return image(MediaType.OCI_MANIFEST, MediaType.OCI_CONFIG, MediaType.OCI_LAYER, layerSizes);
    }

    /** A Docker image, schema 2. */
    public Manifest dockerImage(int... layerSizes) {
        return image(
                MediaType.DOCKER_MANIFEST,
                new MediaType("application/vnd.docker.container.image.v1+json"),
                new MediaType("application/vnd.docker.image.rootfs.diff.tar.gzip"),
                layerSizes);
    }

    /** An image with these layers, to share them between images. */
    public Manifest imageOf(Descriptor... layers) {
        return manifest(MediaType.OCI_MANIFEST, config(MediaType.OCI_CONFIG), List.of(layers), null, null);
    }

    /** An OCI index of these manifests. */
    public Manifest index(Manifest... children) {
        return index(MediaType.OCI_INDEX, children);
    }

    /** A Docker manifest list of these manifests. */
    public Manifest dockerList(Manifest... children) {
        return index(MediaType.DOCKER_LIST, children);
    }

    /** An artifact that is not an image, such as a chart or a signature. */
    public Manifest artifact(String artifactType, @Nullable Manifest subject, int blobSize) {
        Descriptor empty = keep(MediaType.OCI_EMPTY, "{}".getBytes(StandardCharsets.UTF_8));
        Descriptor content = blob(new MediaType(artifactType + ".content"), blobSize);
        return manifest(MediaType.OCI_MANIFEST, empty, List.of(content), artifactType, subject);
    }

    /** The bytes of a blob made here. */
    public byte[] content(Descriptor blob) {
        byte[] content = blobs.get(blob.digest());
        if (content == null) {
            throw new IllegalArgumentException("no blob " + blob.digest() + " was made here");
        }
        return content;
    }

    /** All manifests made so far, children before the indexes that list them. */
    public Collection<Manifest> manifests() {
        return manifests.values();
    }

    /** A manifest made here. */
    public Manifest manifest(Digest digest) {
        Manifest manifest = manifests.get(digest);
        if (manifest == null) {
            throw new IllegalArgumentException("no manifest " + digest + " was made here");
        }
        return manifest;
    }

    /** Parses a manifest from text and keeps it, for shapes that no other method makes. */
    public Manifest parse(MediaType mediaType, String json) {
        byte[] raw = json.getBytes(StandardCharsets.UTF_8);
        try {
            Manifest manifest = Manifest.parse(Descriptor.of(mediaType, raw), raw);
            manifests.put(manifest.descriptor().digest(), manifest);
            return manifest;
        } catch (InvalidManifestException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A descriptor as a manifest holds it. */
    public static String json(Descriptor descriptor) {
        return """
                {"mediaType":"%s","digest":"%s","size":%d}""".formatted(descriptor.mediaType(), descriptor.digest(), descriptor.size());
    }

    private Manifest image(MediaType type, MediaType configType, MediaType layerType, int... layerSizes) {
        List<Descriptor> layers = new ArrayList<>();
        for (int size : layerSizes) {
            layers.add(blob(layerType, size));
        }
        return manifest(type, config(configType), layers, null, null);
    }

    private Descriptor config(MediaType mediaType) {
        String json = """
                {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"comment":"%d"}""".formatted(random.nextLong());
        return keep(mediaType, json.getBytes(StandardCharsets.UTF_8));
    }

    private Manifest manifest(
            MediaType type,
            Descriptor config,
            List<Descriptor> layers,
            @Nullable String artifactType,
            @Nullable Manifest subject) {
        return parse(type, """
                {"schemaVersion":2,"mediaType":"%s",%s"config":%s,"layers":[%s]%s}""".formatted(
                        type,
                        artifactType == null ? "" : "\"artifactType\":\"%s\",".formatted(artifactType),
                        json(config),
                        layers.stream().map(TestArtifacts::json).collect(Collectors.joining(",")),
                        subject == null ? "" : ",\"subject\":" + json(subject.descriptor())));
    }

    private Manifest index(MediaType type, Manifest... children) {
        String list = List.of(children).stream()
                .map(child -> json(child.descriptor())
                        .replaceFirst("}$", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}"))
                .collect(Collectors.joining(","));
        return parse(type, """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}""".formatted(type, list));
    }

    private Descriptor keep(MediaType mediaType, byte[] content) {
        Descriptor descriptor = Descriptor.of(mediaType, content);
        blobs.put(descriptor.digest(), content);
        return descriptor;
    }
}
