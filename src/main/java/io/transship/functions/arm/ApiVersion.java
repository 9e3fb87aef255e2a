package io.transship.functions.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Problem;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of the API that a caller asks for: any from the first one with pipelines on. Later ones only added
 * {@code storageAccessMode}; before, containers are always opened by a SAS.
 *
 * @param text as the caller wrote it
 */
public record ApiVersion(String text, LocalDate date) {

    /** The one that addresses are given out in when the caller named none. */
    public static final String STANDARD = "2025-06-01-preview";

    private static final LocalDate FIRST = LocalDate.of(2019, 12, 1);
    private static final LocalDate FIRST_WITH_ACCESS_MODE = LocalDate.of(2025, 6, 1);
    private static final Pattern VERSION =
            Pattern.compile("(\\d{4}-\\d{2}-\\d{2})(-preview)?", Pattern.CASE_INSENSITIVE);
    private static final List<String> CONTAINERS = List.of("target", "source", "relay");
    private static final String ACCESS_MODE = "storageAccessMode";

    /**
     * The one of a request.
     *
     * @throws ArmError if it names none, or one that never had pipelines
     */
    static ApiVersion of(ArmRequest request) throws ArmError {
        String text = request.query().getOrDefault("api-version", "").trim();
        if (text.isEmpty()) {
            throw new ArmError(
                    400,
                    "MissingApiVersionParameter",
                    "the query parameter api-version is missing; add ?api-version=" + STANDARD);
        }
        Matcher matcher = VERSION.matcher(text);
        try {
            if (matcher.matches()) {
                LocalDate date = LocalDate.parse(matcher.group(1));
                if (!date.isBefore(FIRST)) {
                    return new ApiVersion(text, date);
                }
                throw new ArmError(
                        400,
                        "NoRegisteredProviderFound",
                        "api-version '%s' has no pipelines; supported are 2019-12-01-preview and all later ones, such as %s"
                                .formatted(text, STANDARD));
            }
        } catch (DateTimeException e) {
            // Falls through to the one message.
        }
        throw new ArmError(
                400,
                "InvalidApiVersionParameter",
                "api-version '%s' is not valid: expected a date such as %s; supported are 2019-12-01-preview and all later ones"
                        .formatted(text, STANDARD));
    }

    private boolean knowsAccessMode() {
        return !date.isBefore(FIRST_WITH_ACCESS_MODE);
    }

    /** All in a pipeline that this version does not know. */
    List<Problem> problemsOf(JsonNode pipeline) {
        List<Problem> problems = new ArrayList<>();
        for (String container : CONTAINERS) {
            if (!knowsAccessMode()
                    && pipeline.path("properties").path(container).hasNonNull(ACCESS_MODE)) {
                problems.add(new Problem(
                        "properties.%s.%s".formatted(container, ACCESS_MODE),
                        "is not known in api-version %s, where keyVaultUri is required; it came with 2025-06-01-preview"
                                .formatted(text)));
            }
        }
        return problems;
    }

    /** Shows a resource as this version has it, so that what was read can be sent back. */
    ObjectNode shown(ObjectNode resource) {
        if (!knowsAccessMode()) {
            for (JsonNode parent : List.of(resource.path("properties"), resource.at("/properties/response"))) {
                CONTAINERS.forEach(container -> {
                    if (parent.path(container) instanceof ObjectNode node) {
                        node.remove(ACCESS_MODE);
                    }
                });
            }
        }
        return resource;
    }

    /** Throws all problems, if there are any. */
    static void require(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new InvalidResourceException(problems);
        }
    }
}
