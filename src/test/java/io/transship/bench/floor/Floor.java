package io.transship.bench.floor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.transship.bench.data.DataSet;
import io.transship.bench.machine.Script;
import io.transship.bench.machine.Stage;
import io.transship.bench.peer.Contender;
import io.transship.bench.peer.Endpoints;
import io.transship.local.artifacts.DistributionClient;
import io.transship.local.artifacts.SampleArtifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The floor program as one of those who are compared. What it is to move is looked up before the clock runs. */
public final class Floor implements Contender {

    /** Its name in tables. */
    public static final String NAME = "floor";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final DistributionClient source;
    private final Endpoints endpoints;
    private final Path directory;
    private final Script script;

    /**
     * Runs below an existing directory.
     *
     * @param source that the clock does not see; the caller closes it
     */
    public Floor(Path parent, DistributionClient source, Endpoints endpoints) throws IOException {
        this.source = source;
        this.endpoints = endpoints;
        this.directory = Files.createDirectories(parent.resolve(NAME));
        this.script = new Script(directory, Map.of(), LIMIT);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return "HttpURLConnection, 4 at once, blocks of %d MiB, Java %s, start of its JVM included"
                .formatted(FloorExport.BLOCK >> 20, Runtime.version());
    }

    @Override
    public List<Stage> export(DataSet set) throws IOException {
        return run("export", endpoints.source().toString(), set);
    }

    @Override
    public List<Stage> importInto(DataSet set) throws IOException {
        return run("import", endpoints.target().toString(), set);
    }

    private List<Stage> run(String leg, String registry, DataSet set) throws IOException {
        Path list = directory.resolve("set-%s.txt".formatted(set.name()));
        if (Files.notExists(list)) {
            List<String> lines = new ArrayList<>();
            for (SampleArtifact artifact : set.artifacts()) {
                add(lines, artifact.repository(), artifact.digest(), artifact.tag());
            }
            Files.write(list, lines);
        }
        String classes =
                Floor.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-cp", classes));
        command.addAll(List.of(FloorProgram.class.getName(), leg, registry));
        command.addAll(List.of(
                "%s/floor-%s.tar".formatted(endpoints.container(), set.name()), endpoints.sas(), list.toString()));
        return List.of(script.run(leg, List.of(command)));
    }

    private void add(List<String> lines, String repository, String digest, String tag) throws IOException {
        byte[] content = source.manifest(repository, digest)
                .orElseThrow(() -> new IOException("the source has no '%s@%s'".formatted(repository, digest)));
        JsonNode manifest = JSON.readTree(content);
        for (JsonNode child : manifest.path("manifests")) {
            add(lines, repository, child.path("digest").asText(), "");
        }
        List<JsonNode> blobs = new ArrayList<>();
        manifest.path("layers").forEach(blobs::add);
        if (manifest.has("config")) {
            blobs.add(manifest.path("config"));
        }
        for (JsonNode blob : blobs) {
            lines.add(Piece.line(
                    false,
                    repository,
                    blob.path("digest").asText(),
                    blob.path("size").asLong(),
                    blob.path("mediaType").asText(),
                    ""));
        }
        lines.add(Piece.line(
                true,
                repository,
                digest,
                content.length,
                manifest.path("mediaType").asText(),
                tag));
    }
}
