package io.transship.functions.arm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunStatus;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A long operation on a resource. Its name holds the time when it was asked for, so that an operation of an older execution
 * is not taken for the present one.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations">ARM, asynchronous
 *     operations</a>
 */
record Operation(ResourceId resource, Instant requestedAt) {

    /** Seconds after which it is worth asking again. */
    static final String RETRY_AFTER = "2";

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssnnnnnnnnn", Locale.ROOT).withZone(ZoneOffset.UTC);

    static Operation of(PipelineRun run) {
        return new Operation(run.id(), run.times().requestedAt());
    }

    String name() {
        return resource.type().segment().toLowerCase(Locale.ROOT) + "-" + STAMP.format(requestedAt);
    }

    private String path() {
        return "%s/operationStatuses/%s".formatted(resource, name());
    }

    /** Adds where the operation can be followed. */
    ArmAnswer follow(ArmAnswer answer, ArmRequest request, ApiVersion version) {
        String address = "%s%s?api-version=%s".formatted(request.baseBefore(ArmPath.START), path(), version.text());
        return answer.with("Azure-AsyncOperation", address).with("Retry-After", RETRY_AFTER);
    }

    /** The status of one that was over as soon as it was asked for. */
    ObjectNode done() {
        return body("Succeeded", 100).put("startTime", requestedAt.toString()).put("endTime", requestedAt.toString());
    }

    /** The status of the execution of a run. */
    ObjectNode status(PipelineRun run, int percent) {
        ObjectNode body = body(run.status().isFinal() ? run.status().label() : "InProgress", percent);
        body.put("startTime", requestedAt.toString());
        Instant end = run.times().finishedAt();
        if (end != null) {
            body.put("endTime", end.toString());
        }
        if (run.status() == RunStatus.FAILED || run.status() == RunStatus.CANCELED) {
            String code = run.status() == RunStatus.FAILED ? "PipelineRunFailed" : "OperationCanceled";
            String message = run.message() == null ? run.status().label() : run.message();
            body.putObject("error").put("code", code).put("message", message);
        }
        return body;
    }

    private ObjectNode body(String status, int percent) {
        return Json.object()
                .put("id", path())
                .put("name", name())
                .put("status", status)
                .put("percentComplete", percent);
    }
}
