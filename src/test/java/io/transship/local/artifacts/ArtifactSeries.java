package io.transship.local.artifacts;

import io.transship.local.artifacts.ArtifactWriter.Part;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Many small artifacts alike, in several repositories: each has a layer of its own, and those of every second repository
 * share another one. The same series has the same digests.
 *
 * @param prefix of the names of the repositories
 * @param tags how many artifacts each repository has
 * @param layerBytes size of the layer that an artifact has of its own
 * @param sharedBytes size of the layer that many share; 0 for none
 * @param seed of the bytes
 */
public record ArtifactSeries(String prefix, int repositories, int tags, int layerBytes, int sharedBytes, long seed) {

    private static final String LAYER = "application/vnd.demo.seeded.v1";

    /** Names of the repositories. */
    public List<String> repositoryNames() {
        return IntStream.range(0, repositories)
                .mapToObj(number -> "%s/r%02d".formatted(prefix, number))
                .toList();
    }

    /** Puts all of them into a registry, several at once. */
    public List<SampleArtifact> push(DistributionClient registry) throws IOException {
        List<Future<List<SampleArtifact>>> pushing = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < repositories; number++) {
                int repository = number;
                pushing.add(threads.submit(() -> push(new ArtifactWriter(registry), repository)));
            }
        }
        List<SampleArtifact> artifacts = new ArrayList<>();
        for (Future<List<SampleArtifact>> pushed : pushing) {
            try {
                artifacts.addAll(pushed.get());
            } catch (ExecutionException e) {
                throw new IOException("a repository of '%s' was not filled".formatted(prefix), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while artifacts were pushed");
            }
        }
        return artifacts;
    }

    private List<SampleArtifact> push(ArtifactWriter writer, int number) throws IOException {
        String repository = repositoryNames().get(number);
        Part config = writer.blob(repository, Types.OCI_EMPTY, "{}".getBytes(StandardCharsets.UTF_8));
        List<SampleArtifact> artifacts = new ArrayList<>();
        for (int tag = 0; tag < tags; tag++) {
            List<Part> layers = new ArrayList<>();
            if (sharedBytes > 0) {
                layers.add(writer.blob(repository, LAYER, content(number % 2, sharedBytes)));
            }
            layers.add(writer.blob(repository, LAYER, content(2 + number * tags + tag, layerBytes)));
            String name = "v%d".formatted(tag + 1);
            Part manifest = writer.taggedManifest(
                    repository,
                    name,
                    Types.OCI_MANIFEST,
                    ArtifactWriter.manifestJson(Types.OCI_MANIFEST, config, layers));
            artifacts.add(new SampleArtifact(repository, name, manifest.digest(), "one of many small artifacts"));
        }
        return artifacts;
    }

    private byte[] content(int number, int bytes) throws IOException {
        try (SeededContent content = new SeededContent(seed * 1_000_003 + number, bytes)) {
            return content.readAllBytes();
        }
    }
}
