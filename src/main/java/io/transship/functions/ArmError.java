package io.transship.functions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import io.transship.core.pipeline.run.InvalidRunException;
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
    private final List<String> details;

    ArmError(HttpStatus status, String code, String message) {
        this(status, code, message, List.of());
    }

    ArmError(HttpStatus status, String code, String message, List<String> details) {
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
        } catch (InvalidRunException e) {
            List<String> details = e.problems().size() == 1 ? List.of() : e.problems();
            String message = details.isEmpty()
                    ? e.problems().getFirst()
                    : "the request has %d problems; see the details".formatted(details.size());
            return new ArmError(HttpStatus.BAD_REQUEST, "InvalidRequest", message, details).response(request);
        } catch (IllegalArgumentException e) {
            return badRequest(String.valueOf(e.getMessage())).response(request);
        } catch (IOException e) {
            return new ArmError(HttpStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable", String.valueOf(e.getMessage()))
                    .response(request);
        }
    }

    private HttpResponseMessage response(HttpRequestMessage<?> request) {
        ObjectNode root = Json.object();
        ObjectNode error = root.putObject("error").put("code", code).put("message", getMessage());
        if (!details.isEmpty()) {
            ArrayNode array = error.putArray("details");
            details.forEach(detail -> array.addObject().put("code", code).put("message", detail));
        }
        return request.createResponseBuilder(status)
                .header("Content-Type", "application/json")
                .body(root.toString())
                .build();
    }
}
