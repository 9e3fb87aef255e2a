package io.transship.functions.arm.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Problem;
import io.transship.core.storage.BlobName;
import io.transship.functions.arm.ArmRequest;
import io.transship.functions.arm.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The properties of the body of a verb, with all that is wrong with them. For one thread. */
final class VerbBody {

    private final JsonNode json;
    private final List<Problem> problems = new ArrayList<>();

    private VerbBody(JsonNode json) {
        this.json = json;
    }

    static VerbBody of(ArmRequest request, String... known) throws IOException {
        VerbBody body = new VerbBody(request.body().isBlank() ? Json.object() : request.resource());
        body.json.fieldNames().forEachRemaining(name -> {
            if (!List.of(known).contains(name)) {
                body.problem(new Problem(name, "is not known; expected " + String.join(", ", known)));
            }
        });
        return body;
    }

    void problem(Problem problem) {
        problems.add(problem);
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        JsonNode array = json.path(name);
        if (!array.isArray() && !array.isMissingNode() && !array.isNull()) {
            problem(new Problem(name, "must be an array of texts"));
        }
        for (JsonNode text : array) {
            if (text.isTextual()) {
                texts.add(text.textValue());
            } else {
                problem(new Problem(name, "must be an array of texts"));
            }
        }
        return texts;
    }

    Optional<BlobName> blob(String name) {
        JsonNode text = json.path(name).path("name");
        if (text.isMissingNode() || text.isNull()) {
            return Optional.empty();
        }
        List<BlobName> parsed = new ArrayList<>();
        check(name + ".name", () -> parsed.add(new BlobName(text.asText())));
        return parsed.stream().findFirst();
    }

    /**
     * The archive that {@code source} names, the last thing that is read of a body.
     *
     * @throws InvalidResourceException with all that is wrong with the body
     */
    BlobName archive() {
        Optional<BlobName> archive = blob("source");
        if (archive.isEmpty()) {
            problem(new Problem("source.name", "is missing; name the archive"));
        }
        requireNoProblems();
        return archive.orElseThrow();
    }

    void check(String name, Runnable parsing) {
        try {
            parsing.run();
        } catch (IllegalArgumentException e) {
            problem(new Problem(name, String.valueOf(e.getMessage())));
        }
    }

    void requireNoProblems() {
        if (!problems.isEmpty()) {
            throw new InvalidResourceException(problems);
        }
    }
}
