package io.transship.bench.data;

import io.transship.local.artifacts.ArtifactSeries;
import io.transship.local.artifacts.ArtifactWriter;
import io.transship.local.artifacts.ArtifactWriter.Part;
import io.transship.local.artifacts.DistributionClient;
import io.transship.local.artifacts.Layer;
import io.transship.local.artifacts.RegistryComparison;
import io.transship.local.artifacts.SampleArtifact;
import io.transship.local.artifacts.Sha256;
import io.transship.local.artifacts.Types;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Makes the data sets and puts them into a registry: A is 20 images that share layers, B an image with large layers, C many
 * small artifacts, D an index with referrers, E an image of text that is really compressed. For one thread.
 */
public final class DataSets {

    /** Names of all sets and what each is, in order. */
    public static final Map<String, String> ALL = described();

    private static final long SEED = 20_240_601;
    private static final long MIB = 1 << 20;
    private static final String BLOB = "application/octet-stream";

    private final DistributionClient registry;
    private final Path directory;
    private final double scale;

    /**
     * Puts sets into this registry.
     *
     * @param directory for layers on their way; an existing one
     * @param scale of sizes, and in set C of the number of artifacts; 1 for the sets in full
     */
    public DataSets(DistributionClient registry, Path directory, double scale) {
        this.registry = registry;
        this.directory = directory;
        this.scale = scale;
    }

    /** Makes a set of {@link #ALL} and puts it into the registry. */
    public DataSet push(String name) throws IOException {
        List<SampleArtifact> artifacts = switch (name) {
            case "A" -> sharing();
            case "B" -> large();
            case "C" -> small();
            case "D" -> referred();
            case "E" -> compressed();
            default -> throw new IllegalArgumentException("no data set '%s'".formatted(name));
        };
        RegistryComparison.Result all = RegistryComparison.compare(registry, registry, artifacts);
        String digests = artifacts.stream()
                .map(artifact -> artifact.reference() + "@" + artifact.digest())
                .collect(Collectors.joining("\n"));
        String fingerprint = Sha256.of(digests.getBytes(StandardCharsets.UTF_8)).substring("sha256:".length(), 23);
        return new DataSet(name, artifacts, all.contents(), all.uniqueBytes(), fingerprint);
    }

    private List<SampleArtifact> sharing() throws IOException {
        Pushing pushing = new Pushing();
        SplittableRandom sizes = new SplittableRandom(SEED);
        List<SampleArtifact> artifacts = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            String repository = "set-a/app-%02d".formatted(number);
            List<Layer> layers = List.of(
                    pushing.layer(repository, "a-base-0", 8 * MIB),
                    pushing.layer(repository, "a-base-1", 4 * MIB),
                    pushing.layer(repository, "a-base-2", MIB),
                    pushing.layer(repository, "a-runtime-" + number % 4, 6 * MIB),
                    pushing.layer(repository, "a-libraries-" + number, (long) (sizes.nextDouble(0.1, 2) * MIB)),
                    pushing.layer(repository, "a-app-" + number, (long) (sizes.nextDouble(0.1, 4) * MIB)));
            artifacts.add(pushing.image(repository, layers));
        }
        return artifacts;
    }

    private List<SampleArtifact> large() throws IOException {
        Pushing pushing = new Pushing();
        List<Layer> layers = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            layers.add(pushing.layer("set-b/big", "b-layer-" + number, 512 * MIB));
        }
        return List.of(pushing.image("set-b/big", layers));
    }

    private List<SampleArtifact> small() throws IOException {
        int repositories = Math.max(1, (int) Math.round(50 * scale));
        return new ArtifactSeries("set-c", repositories, 10, 10 << 10, 0, SEED).push(registry);
    }

    /** The referrers hang on the tag that registries without the referrers API keep for them, which is an artifact here. */
    private List<SampleArtifact> referred() throws IOException {
        Pushing pushing = new Pushing();
        String repository = "set-d/multi";
        Map<String, Part> images = new LinkedHashMap<>();
        for (String architecture : List.of("amd64", "arm64", "s390x")) {
            List<Layer> layers = List.of(
                    pushing.layer(repository, "d-shared", 50 * MIB),
                    pushing.layer(repository, "d-system-" + architecture, 50 * MIB),
                    pushing.layer(repository, "d-app-" + architecture, 48 * MIB));
            images.put(architecture, pushing.writer.image(repository, ArtifactWriter.Format.OCI, architecture, layers));
        }
        Part index = pushing.writer.index(repository, images);
        pushing.writer.tag(repository, "v1", index);
        Part config = pushing.writer.blob(repository, Types.OCI_EMPTY, "{}".getBytes(StandardCharsets.UTF_8));
        var referrers = ArtifactWriter.manifestJson(Types.OCI_INDEX, config, List.of());
        referrers.remove(List.of("config", "layers"));
        var list = referrers.putArray("manifests");
        for (String kind : List.of("signature", "sbom")) {
            byte[] content = new byte[kind.equals("sbom") ? 200 << 10 : 1 << 10];
            new SplittableRandom(SEED + kind.hashCode()).nextBytes(content);
            var manifest = ArtifactWriter.manifestJson(
                    Types.OCI_MANIFEST, config, List.of(pushing.writer.blob(repository, BLOB, content)));
            manifest.put("artifactType", "application/vnd.bench." + kind).set("subject", index.json());
            list.add(pushing.writer
                    .manifest(repository, Types.OCI_MANIFEST, manifest)
                    .json()
                    .put("artifactType", "application/vnd.bench." + kind));
        }
        String tag = index.digest().replace(':', '-');
        Part fallback = pushing.writer.taggedManifest(repository, tag, Types.OCI_INDEX, referrers);
        return List.of(
                new SampleArtifact(repository, "v1", index.digest(), "image for 3 platforms"),
                new SampleArtifact(repository, tag, fallback.digest(), "its referrers"));
    }

    private List<SampleArtifact> compressed() throws IOException {
        Pushing pushing = new Pushing();
        List<Layer> layers = List.of(
                pushing.textLayer("set-e/system", "e-system", 45 * MIB),
                pushing.textLayer("set-e/system", "e-runtime", 110 * MIB),
                pushing.textLayer("set-e/system", "e-app", 35 * MIB));
        return List.of(pushing.image("set-e/system", layers));
    }

    private static Map<String, String> described() {
        Map<String, String> sets = new LinkedHashMap<>();
        sets.put("A", "20 images that share layers");
        sets.put("B", "1 image with 4 layers of 512 MiB");
        sets.put("C", "500 artifacts of 10 KiB");
        sets.put("D", "1 index for 3 platforms, with referrers");
        sets.put("E", "1 image of text, really compressed");
        return sets;
    }

    /** One set on its way: each layer is made once, and its file is gone as soon as the registry has it. */
    private final class Pushing {

        private final ArtifactWriter writer = new ArtifactWriter(registry);
        private final LayerFiles files = new LayerFiles(directory, SEED);
        private final Map<String, Layer> made = new HashMap<>();

        Layer layer(String repository, String key, long size) throws IOException {
            Layer known = made.get(key);
            return known != null ? pushed(repository, known) : added(repository, key, files.random(key, scaled(size)));
        }

        Layer textLayer(String repository, String key, long size) throws IOException {
            return added(repository, key, files.text(key, scaled(size)));
        }

        SampleArtifact image(String repository, List<Layer> layers) throws IOException {
            Part image = writer.image(repository, ArtifactWriter.Format.OCI, "amd64", layers);
            writer.tag(repository, "v1", image);
            return new SampleArtifact(repository, "v1", image.digest(), "image");
        }

        private Layer added(String repository, String key, Layer layer) throws IOException {
            made.put(key, layer);
            pushed(repository, layer);
            Files.delete(layer.file());
            return layer;
        }

        private Layer pushed(String repository, Layer layer) throws IOException {
            writer.layer(repository, layer, Types.OCI_LAYER);
            return layer;
        }

        private long scaled(long size) {
            return Math.max(512, (long) (size * scale));
        }
    }
}
