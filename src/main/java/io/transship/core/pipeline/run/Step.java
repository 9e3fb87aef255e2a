package io.transship.core.pipeline.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.pipeline.ResourceId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;

/**
 * One step of a run, as a message in the queue.
 *
 * @param slice the one to move; -1 for the other kinds
 */
public record Step(ExecutionId execution, Leg leg, Kind kind, int generation, int slice) {

    /** What there is to do. */
    public enum Kind {
        PLAN,
        MOVE,
        SEAL
    }

    // No name here may be one of a queue trigger's metadata (id, dequeueCount …): the host would overwrite that.
    private static final JsonMapper MAPPER = new JsonMapper();

    public static Step plan(PipelineRun run) {
        return new Step(run.execution(), run.leg(), Kind.PLAN, run.generation(), -1);
    }

    public static Step move(PipelineRun run, int slice) {
        return new Step(run.execution(), run.leg(), Kind.MOVE, run.generation(), slice);
    }

    public static Step seal(PipelineRun run) {
        return new Step(run.execution(), run.leg(), Kind.SEAL, run.generation(), -1);
    }

    /** The run that it is a step of. */
    public ResourceId run() {
        return execution.run();
    }

    /** Whether its run has got past it, so that nothing that becomes of it matters any more. */
    public boolean isOver(PipelineRun current) {
        return current.status().isFinal()
                || !current.execution().equals(execution)
                || current.leg() != leg
                || current.generation() != generation
                // Other workers moved everything meanwhile.
                || (kind == Kind.MOVE && current.status() == RunStatus.SEALING);
    }

    /** The step as the text of a message. */
    public String toJson() {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("pipelineRun", execution.run().toString());
        node.put("requestedAt", execution.requestedAt().toString());
        node.put("leg", leg.name().toLowerCase(Locale.ROOT));
        node.put("step", kind.name().toLowerCase(Locale.ROOT));
        node.put("generation", generation);
        if (kind == Kind.MOVE) {
            node.put("slice", slice);
        }
        return node.toString();
    }

    /**
     * Parses a message.
     *
     * @throws IllegalArgumentException if it is not a step
     */
    public static Step parse(String json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            Kind kind = Kind.valueOf(node.path("step").asText().toUpperCase(Locale.ROOT));
            if (!node.path("generation").isInt()
                    || (kind == Kind.MOVE) != node.path("slice").isInt()) {
                throw new IllegalArgumentException("message is not a step of a run: it lacks generation or slice");
            }
            return new Step(
                    new ExecutionId(
                            ResourceId.parse(node.path("pipelineRun").asText()),
                            Instant.parse(node.path("requestedAt").asText())),
                    Leg.valueOf(node.path("leg").asText().toUpperCase(Locale.ROOT)),
                    kind,
                    node.path("generation").intValue(),
                    node.path("slice").asInt(-1));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("message is not a step of a run: it is not JSON", e);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("message is not a step of a run: requestedAt is no time", e);
        }
    }

    @Override
    public String toString() {
        String what = "%s step of %s run '%s'"
                .formatted(
                        kind.name().toLowerCase(Locale.ROOT),
                        leg.label(),
                        execution.run().name());
        return kind == Kind.MOVE ? what + ", slice " + slice : what;
    }
}
