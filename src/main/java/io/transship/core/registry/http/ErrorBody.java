package io.transship.core.registry.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.http.HttpResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a refusal says about itself: the codes and messages of the distribution API or of OAuth, or nothing where a proxy
 * answered with a page.
 *
 * @param codes such as {@code MANIFEST_UNKNOWN}
 * @param detail one line for a person, empty if there is none
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes">distribution-spec
 *     1.1, error codes</a>
 */
public record ErrorBody(Set<String> codes, String detail) {

    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_DETAIL = 300;
    private static final int MAX_ERRORS = 3;
    private static final JsonMapper MAPPER = new JsonMapper();

    public ErrorBody {
        codes = Set.copyOf(codes);
    }

    /** Reads what there is; never fails, because the refusal matters more than its explanation. */
    public static ErrorBody read(HttpResponse response) {
        try {
            JsonNode root = MAPPER.readTree(response.read(MAX_BYTES));
            return root == null ? new ErrorBody(Set.of(), "") : parse(root);
        } catch (JacksonException e) {
            return new ErrorBody(Set.of(), "");
        } catch (IOException e) {
            return new ErrorBody(Set.of(), "the error's text was cut off");
        }
    }

    private static ErrorBody parse(JsonNode root) {
        List<String> codes = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (JsonNode error : root.path("errors")) {
            if (codes.size() < MAX_ERRORS) {
                String code = error.path("code").asText("");
                String message = error.path("message").asText("");
                codes.add(code);
                texts.add(message.isBlank() ? code : "%s (%s)".formatted(code, message));
            }
        }
        if (root.path("error").isTextual()) {
            codes.add(root.path("error").textValue());
            texts.add(root.path("error").textValue() + " "
                    + root.path("error_description").asText(""));
        }
        String detail = texts.stream().collect(Collectors.joining(", "));
        return new ErrorBody(Set.copyOf(codes), oneLine(detail));
    }

    private static String oneLine(String text) {
        String clean = text.replaceAll("[\\p{Cntrl}\\s]+", " ").trim();
        return clean.length() <= MAX_DETAIL ? clean : clean.substring(0, MAX_DETAIL) + "…";
    }
}
