package io.transship.functions.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.content.RedactedUri;
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
public final class ArmError extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String allowed;
    private final transient List<Problem> details;

    /** With the status of HTTP and ARM's code. */
    public ArmError(int status, String code, String message) {
        this(status, code, message, List.of());
    }

    /** The same with all that is wrong. */
    public ArmError(int status, String code, String message, List<Problem> details) {
        this(status, code, message, details, "");
    }

    private ArmError(int status, String code, String message, List<Problem> details, String allowed) {
        // Messages quote what was sent, and a caller may have sent a SAS where an address belongs.
        super(RedactedUri.within(message));
        this.status = status;
        this.code = code;
        this.details = List.copyOf(details);
        this.allowed = allowed;
    }

    public static ArmError badRequest(String message) {
        return new ArmError(400, "InvalidRequest", message);
    }

    static ArmError notFound(String message) {
        return new ArmError(404, "ResourceNotFound", message);
    }

    /** The address is right, the method is not. */
    static ArmError notAllowed(String method, String... allowed) {
        String names = String.join(", ", allowed);
        return new ArmError(
                405, "MethodNotAllowed", "%s is not possible here, only %s".formatted(method, names), List.of(), names);
    }

    /** What makes the answer to a request. */
    @FunctionalInterface
    public interface Source {
        ArmAnswer get() throws IOException;
    }

    /** Answers a request; a refusal is an answer, too, and so is storage that cannot be reached. */
    public static ArmAnswer answering(Source source) {
        try {
            return source.get();
        } catch (ArmError e) {
            return e.answer();
        } catch (InvalidResourceException e) {
            List<Problem> problems = e.problems();
            String message = problems.size() == 1
                    ? problems.getFirst().toString()
                    : "the request has %d problems; see the details".formatted(problems.size());
            return new ArmError(400, "InvalidRequest", message, problems).answer();
        } catch (ResourceConflictException e) {
            return conflict(e).answer();
        } catch (IOException e) {
            return new ArmError(503, "ServiceUnavailable", String.valueOf(e.getMessage())).answer();
        }
    }

    private static ArmError conflict(ResourceConflictException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case NOT_FOUND -> notFound(message);
            case WRONG_STATE -> new ArmError(409, "Conflict", message);
            case WRONG_VERSION -> new ArmError(412, "PreconditionFailed", message);
            case READ_ONLY -> new ArmError(409, "ReadOnlyResource", message);
        };
    }

    private ArmAnswer answer() {
        ObjectNode root = Json.object();
        ObjectNode error = root.putObject("error").put("code", code).put("message", getMessage());
        if (!details.isEmpty()) {
            ArrayNode array = error.putArray("details");
            details.forEach(detail -> array.addObject()
                    .put("code", code)
                    .put("target", detail.target())
                    .put("message", RedactedUri.within(detail.message())));
        }
        ArmAnswer answer = ArmAnswer.of(status, root);
        return allowed.isEmpty() ? answer : answer.with("Allow", allowed);
    }
}
