package io.transship.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.bench.machine.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Writes every single measurement to a file, for whoever wants to compute something else. */
public final class SpeedJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SpeedJson() {}

    /**
     * Writes a file.
     *
     * @param about what was measured, with what and on what
     */
    public static void write(Path file, Map<String, String> about, SpeedResults results) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        about.forEach(json.putObject("about")::put);
        var measurements = json.putArray("measurements");
        for (Measurement one : results.all()) {
            ObjectNode node = measurements
                    .addObject()
                    .put("set", one.set())
                    .put("leg", one.leg().title())
                    .put("who", one.contender())
                    .put("round", one.round())
                    .put("wallSeconds", one.wall())
                    .put("cpuSeconds", one.cpu())
                    .put("peakMiB", one.peakMebibytes())
                    .put("writtenMiB", one.writtenMebibytes())
                    .put("otherCpuSeconds", one.otherCpu())
                    .put("noisy", one.isNoisy());
            for (Stage stage : one.stages()) {
                node.withArray("/stages")
                        .addObject()
                        .put("name", stage.name())
                        .put("wallSeconds", stage.wall())
                        .put("cpuSeconds", stage.cpu())
                        .put("peakBytes", stage.peakMemory())
                        .put("writtenBytes", stage.written())
                        .put("otherCpuSeconds", stage.otherCpu());
            }
        }
        var bars = json.putArray("mustHold");
        for (String set : results.sets()) {
            for (Bar bar : Bar.of(set, results)) {
                ObjectNode node = bars.addObject().put("what", bar.what()).put("limit", bar.limit());
                bar.measured().ifPresent(value -> node.put("measured", value).put("met", bar.isMet()));
            }
        }
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json);
    }
}
