package io.transship.core.archive;

import io.transship.core.content.ContentGraph;
import io.transship.core.content.ContentSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.MediaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Small real artifacts and the blobs they are made of. */
final class SampleArtifacts implements ContentSource {

    private final Map<Digest, byte[]> blobs = new HashMap<>();
    final List<Descriptor> opened = new ArrayList<>();

    Descriptor blob(MediaType type, byte[] content) {
        return blob(Digest.Algorithm.SHA256, type, content);
    }

    Descriptor blob(Digest.Algorithm algorithm, MediaType type, byte[] content) {
        Descriptor descriptor = new Descriptor(type, Digest.of(algorithm, content), content.length);
        blobs.put(descriptor.digest(), content);
        return descriptor;
    }

    Descriptor layer(int seed, int size) {
        return blob(MediaType.OCI_LAYER, random(seed, size));
    }

    /** A layer that is what its media type says, for tools that look into it. */
    Descriptor gzipLayer(int seed, int size) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(random(seed, size));
        }
        return blob(MediaType.OCI_LAYER, out.toByteArray());
    }

    static byte[] random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    ContentGraph image(String name, Descriptor... layers) throws IOException {
        String diffIds = "\"" + Digest.sha256Of(name.getBytes(StandardCharsets.UTF_8)) + "\"";
        diffIds = String.join(",", Collections.nCopies(layers.length, diffIds));
        Descriptor config =
                blob(MediaType.OCI_CONFIG, """
                {"architecture":"amd64","os":"linux","author":"%s","rootfs":{"type":"layers","diff_ids":[%s]}}
                """.formatted(name, diffIds).getBytes(StandardCharsets.UTF_8));
        String json = """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}""".formatted(
                MediaType.OCI_MANIFEST,
                json(config),
                String.join(
                        ",", Arrays.stream(layers).map(SampleArtifacts::json).toList()));
        byte[] raw = json.getBytes(StandardCharsets.UTF_8);
        Manifest manifest = Manifest.parse(Descriptor.of(MediaType.OCI_MANIFEST, raw), raw);
        blobs.put(manifest.descriptor().digest(), raw);
        List<Descriptor> all = new ArrayList<>(List.of(config));
        all.addAll(List.of(layers));
        return new ContentGraph(List.of(manifest), all.stream().distinct().toList());
    }

    ContentGraph index(ContentGraph... children) throws IOException {
        String json = """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}""".formatted(
                        MediaType.OCI_INDEX,
                        String.join(
                                ",",
                                Arrays.stream(children)
                                        .map(child -> json(child.root().descriptor()))
                                        .toList()));
        byte[] raw = json.getBytes(StandardCharsets.UTF_8);
        Manifest root = Manifest.parse(Descriptor.of(MediaType.OCI_INDEX, raw), raw);
        blobs.put(root.descriptor().digest(), raw);
        Map<Digest, Manifest> manifests = new LinkedHashMap<>();
        Map<Digest, Descriptor> all = new LinkedHashMap<>();
        for (ContentGraph child : children) {
            child.manifests().forEach(m -> manifests.putIfAbsent(m.descriptor().digest(), m));
            child.blobs().forEach(b -> all.putIfAbsent(b.digest(), b));
        }
        manifests.put(root.descriptor().digest(), root);
        return new ContentGraph(List.copyOf(manifests.values()), List.copyOf(all.values()));
    }

    byte[] bytes(Digest digest) {
        byte[] bytes = blobs.get(digest);
        if (bytes == null) {
            throw new IllegalArgumentException("no sample has the digest " + digest);
        }
        return bytes;
    }

    /** The whole archive of a plan over these samples. */
    byte[] archive(ArchivePlan plan) throws IOException {
        try (InputStream in = plan.open(0, plan.length(), this)) {
            return in.readAllBytes();
        }
    }

    @Override
    public InputStream open(Descriptor content, long offset) throws IOException {
        byte[] bytes = blobs.get(content.digest());
        if (bytes == null) {
            throw new FileNotFoundException(content.toString());
        }
        opened.add(content);
        return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
    }

    static String json(Descriptor descriptor) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(descriptor.mediaType(), descriptor.digest(), descriptor.size());
    }
}
