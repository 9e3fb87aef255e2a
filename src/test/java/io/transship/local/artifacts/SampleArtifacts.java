package io.transship.local.artifacts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.local.artifacts.ArtifactWriter.Format;
import io.transship.local.artifacts.ArtifactWriter.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a small company keeps in its registry: images for two platforms on common base layers, single images that share
 * them across repositories, one in Docker's format, a Helm chart, a signature that refers to an image, and one large
 * model. The same size and seed give the same digests. For one thread.
 */
public final class SampleArtifacts {

    private static final List<String> PLATFORMS = List.of("amd64", "arm64");

    private final ArtifactWriter writer;
    private final Path directory;
    private final Options options;
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final List<SampleArtifact> written = new ArrayList<>();

    /**
     * How much.
     *
     * @param totalBytes of all content together, within a few percent; at least 1 MiB
     * @param seed of the bytes
     */
    public record Options(long totalBytes, long seed) {

        /** 200 MiB. */
        public static Options standard() {
            return new Options(200L << 20, 1);
        }
    }

    private SampleArtifacts(ArtifactWriter writer, Path directory, Options options) {
        this.writer = writer;
        this.directory = directory;
        this.options = options;
    }

    /**
     * Puts the samples into a registry.
     *
     * @param scratch an existing directory for layers on their way; they are deleted again
     */
    public static List<SampleArtifact> fill(DistributionClient registry, Path scratch, Options options)
            throws IOException {
        SampleArtifacts samples = new SampleArtifacts(new ArtifactWriter(registry), scratch, options);
        try {
            samples.write();
        } finally {
            for (Layer layer : samples.layers.values()) {
                Files.deleteIfExists(layer.file());
            }
        }
        return List.copyOf(samples.written);
    }

    private void write() throws IOException {
        Part web = multiPlatform("shop/web", "1.4.0", 3);
        multiPlatform("shop/api", "2.0.1", 2);
        single("shop/worker", "2026.1", Format.OCI, List.of(base("amd64"), runtime("amd64"), layer("worker", 4)));
        single("tools/cli", "0.9.3", Format.OCI, List.of(base("amd64"), layer("cli", 5)));
        single("legacy/billing", "7", Format.DOCKER, List.of(base("amd64"), layer("billing", 6)));
        chart("charts/shop", "1.4.0");
        signature("shop/web", web);
        model("data/model", "2026-01");
    }

    private Part multiPlatform(String repository, String tag, int percent) throws IOException {
        Map<String, Part> images = new LinkedHashMap<>();
        for (String platform : PLATFORMS) {
            String name = repository.replace('/', '-') + "-" + platform;
            List<Layer> stack = List.of(base(platform), runtime(platform), layer(name, percent));
            images.put(platform, writer.image(repository, Format.OCI, platform, stack));
        }
        return tagged(repository, tag, writer.index(repository, images), "image, 2 platforms");
    }

    private void single(String repository, String tag, Format format, List<Layer> stack) throws IOException {
        String kind = format.equals(Format.DOCKER) ? "image, Docker schema 2" : "image";
        tagged(repository, tag, writer.image(repository, format, "amd64", stack), kind);
    }

    private void chart(String repository, String tag) throws IOException {
        String config = "{\"name\":\"shop\",\"version\":\"%s\",\"apiVersion\":\"v2\"}".formatted(tag);
        Layer content = Layer.create(directory, "chart", options.seed(), 12_000);
        layers.put("chart", content);
        artifact(
                repository,
                tag,
                writer.blob(repository, "application/vnd.cncf.helm.config.v1+json", utf8(config)),
                writer.layer(repository, content, "application/vnd.cncf.helm.chart.content.v1.tar+gzip"),
                "Helm chart");
    }

    private void model(String repository, String tag) throws IOException {
        artifact(
                repository,
                tag,
                writer.blob(repository, "application/vnd.demo.model.config.v1+json", utf8("{\"parameters\":7}")),
                writer.layer(repository, layer("model", 30), "application/vnd.demo.model.weights.v1.tar+gzip"),
                "model, one large layer");
    }

    private void artifact(String repository, String tag, Part config, Part layer, String kind) throws IOException {
        ObjectNode manifest = ArtifactWriter.manifestJson(Types.OCI_MANIFEST, config, List.of(layer));
        tagged(repository, tag, writer.manifest(repository, Types.OCI_MANIFEST, manifest), kind);
    }

    /** Under the tag that signing tools give it: the digest of the subject with a dash. */
    private void signature(String repository, Part subject) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Layer.writeSeeded(bytes, options.seed(), 256);
        Part config = writer.blob(repository, Types.OCI_EMPTY, utf8("{}"));
        Part layer = writer.blob(repository, "application/vnd.demo.signature.v1", bytes.toByteArray());
        ObjectNode manifest = ArtifactWriter.manifestJson(Types.OCI_MANIFEST, config, List.of(layer));
        manifest.put("artifactType", "application/vnd.demo.signature.v1");
        manifest.set("subject", subject.json());
        String tag = subject.digest().replace(':', '-') + ".sig";
        tagged(repository, tag, writer.manifest(repository, Types.OCI_MANIFEST, manifest), "signature");
    }

    private Part tagged(String repository, String tag, Part manifest, String kind) throws IOException {
        writer.tag(repository, tag, manifest);
        written.add(new SampleArtifact(repository, tag, manifest.digest(), kind));
        return manifest;
    }

    private Layer base(String platform) throws IOException {
        return layer("base-" + platform, 14);
    }

    private Layer runtime(String platform) throws IOException {
        return layer("runtime-" + platform, 8);
    }

    private Layer layer(String name, int percent) throws IOException {
        Layer known = layers.get(name);
        if (known != null) {
            return known;
        }
        long seed = options.seed() * 1_000_003 + name.hashCode();
        Layer made = Layer.create(directory, name, seed, options.totalBytes() / 100 * percent);
        layers.put(name, made);
        return made;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
