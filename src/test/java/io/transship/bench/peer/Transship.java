package io.transship.bench.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.bench.data.DataSet;
import io.transship.bench.machine.Counters;
import io.transship.bench.machine.Meanwhile;
import io.transship.bench.machine.Stage;
import io.transship.local.artifacts.SampleArtifact;
import io.transship.local.demo.Run;
import io.transship.local.demo.TransshipClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * The packaged app in its function host. A leg lasts from the PUT of its run until a GET shows it over, as a script of a user
 * would see it.
 */
public final class Transship implements Contender {

    /** Its name in tables. */
    public static final String NAME = "Transship";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final long SHORTEST_PAUSE = Duration.ofMillis(20).toNanos();
    /** So that looking costs neither time nor processor time that matters: a hundredth. */
    private static final long PAUSE_SHARE = 100;

    private final TransshipClient client;
    private final long pid;
    private final Resources resources;
    private int runs;

    /**
     * Pipelines of the app.
     *
     * @param source path of the registry's resources that has the export pipeline
     * @param exporting name of that pipeline
     * @param target path of the registry's resources that has the import pipeline
     * @param importing name of that pipeline
     */
    public record Resources(String source, String exporting, String target, String importing) {}

    /**
     * Measures this app.
     *
     * @param client of the app; the caller closes it
     * @param pid of the app's process
     */
    public Transship(TransshipClient client, long pid, Resources resources) {
        this.client = client;
        this.pid = pid;
        this.resources = resources;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return "this checkout, in the local function host, Java " + Runtime.version();
    }

    @Override
    public List<Stage> export(DataSet set) throws IOException {
        ObjectNode request = JSON.createObjectNode();
        request.put("pipelineResourceId", resources.source() + "/exportPipelines/" + resources.exporting());
        set.artifacts().stream().map(SampleArtifact::reference).forEach(request.putArray("artifacts")::add);
        request.putObject("target").put("type", "AzureStorageBlob").put("name", archive(set));
        return List.of(run("export", resources.source(), request));
    }

    @Override
    public List<Stage> importInto(DataSet set) throws IOException {
        ObjectNode request = JSON.createObjectNode();
        request.put("pipelineResourceId", resources.target() + "/importPipelines/" + resources.importing());
        request.putObject("source").put("type", "AzureStorageBlob").put("name", archive(set));
        return List.of(run("import", resources.target(), request));
    }

    private static String archive(DataSet set) {
        return "set-%s.tar".formatted(set.name());
    }

    private Stage run(String leg, String registry, ObjectNode request) throws IOException {
        ObjectNode body = JSON.createObjectNode();
        body.putObject("properties").set("request", request);
        URI address = client.runAddress(registry, "%s-%d".formatted(leg, ++runs));
        Counters.resetPeakMemory(pid);
        double cpu = Counters.cpuSeconds(pid);
        long written = Counters.writtenBytes(pid);
        Meanwhile meanwhile = Meanwhile.begin();
        HttpResponse<String> answer = client.call("PUT", address.toString(), body.toString());
        if (answer.statusCode() != 201) {
            throw new IOException(
                    "the app answered the %s with %d: %s".formatted(leg, answer.statusCode(), answer.body()));
        }
        Run run = follow(address);
        double wall = meanwhile.wall();
        Stage stage = new Stage(
                leg,
                wall,
                Counters.cpuSeconds(pid) - cpu,
                Counters.peakMemory(pid),
                Counters.writtenBytes(pid) - written,
                meanwhile.otherCpu());
        if (!run.isSuccess() || !run.message().isEmpty()) {
            throw new IOException("the %s is %s: %s".formatted(leg, run.state(), run.message()));
        }
        return stage;
    }

    private Run follow(URI address) throws IOException {
        long began = System.nanoTime();
        while (true) {
            Run run = client.run(address);
            if (run.isFinished()) {
                return run;
            }
            long elapsed = System.nanoTime() - began;
            if (elapsed > LIMIT.toNanos()) {
                throw new IOException("run '%s' is not over after %d minutes; see the log of the host"
                        .formatted(run.name(), LIMIT.toMinutes()));
            }
            pause(Math.max(SHORTEST_PAUSE, elapsed / PAUSE_SHARE));
        }
    }

    private static void pause(long nanos) throws IOException {
        try {
            Thread.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a run went on", e);
        }
    }
}
