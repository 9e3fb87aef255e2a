package io.transship.functions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceConflictException;
import java.io.IOException;
import java.util.List;

/**
 * A refusal in the shape of Azure Resource Manager.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/gettingstarted/#error-response">Error response</a>
 */
final class ArmError extends IOException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String code;
    private final List<Problem> details;

    ArmError(HttpStatus status, String code, String message) {
        this(status, code, message, List.of());
    }

    ArmError(HttpStatus status, String code, String message, List<Problem> details) {
        super(message);
        this.status = status;
        this.code = code;
        this.details = List.copyOf(details);
    }

    static ArmError badRequest(String message) {
        return new ArmError(HttpStatus.BAD_REQUEST, "InvalidRequest", message);
    }

    /** What makes the answer to a request. */
    @FunctionalInterface
    interface Answer {
        HttpResponseMessage get() throws IOException;
    }

    /** Answers a request; a refusal is an answer, too, and so is storage that cannot be reached. */
    static HttpResponseMessage answering(HttpRequestMessage<?> request, Answer answer) {
        try {
            return answer.get();
        } catch (ArmError e) {
            return e.response(request);
        } catch (InvalidResourceException e) {
            List<Problem> problems = e.problems();
            String message = problems.size() == 1
                    ? problems.getFirst().toString()
                    : "the request has %d problems; see the details".formatted(problems.size());
            return new ArmError(HttpStatus.BAD_REQUEST, "InvalidRequest", message, problems).response(request);
        } catch (ResourceConflictException e) {
            return conflict(e).response(request);
        } catch (IllegalArgumentException e) {
            return badRequest(String.valueOf(e.getMessage())).response(request);
        } catch (IOException e) {
            return new ArmError(HttpStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable", String.valueOf(e.getMessage()))
                    .response(request);
        }
    }

    private static ArmError conflict(ResourceConflictException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case NOT_FOUND -> new ArmError(HttpStatus.NOT_FOUND, "ResourceNotFound", message);
            case WRONG_STATE -> new ArmError(HttpStatus.CONFLICT, "Conflict", message);
            case WRONG_VERSION -> new ArmError(HttpStatus.PRECONDITION_FAILED, "PreconditionFailed", message);
            case READ_ONLY -> new ArmError(HttpStatus.CONFLICT, "ReadOnlyResource", message);
        };
    }

    private HttpResponseMessage response(HttpRequestMessage<?> request) {
        ObjectNode root = Json.object();
        ObjectNode error = root.putObject("error").put("code", code).put("message", getMessage());
        if (!details.isEmpty()) {
            ArrayNode array = error.putArray("details");
            details.forEach(detail -> array.addObject()
                    .put("code", code)
                    .put("target", detail.target())
                    .put("message", detail.message()));
        }
        return request.createResponseBuilder(status)
                .header("Content-Type", "application/json")
                .body(root.toString())
                .build();
    }
}
