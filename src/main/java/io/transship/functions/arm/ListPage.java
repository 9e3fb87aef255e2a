package io.transship.functions.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Problem;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a list that a caller asks for: {@code $top} and {@code $skiptoken}.
 *
 * @param most how many items
 * @param from where it begins; empty for the start
 */
record ListPage(int most, Optional<String> from) {

    private static final int STANDARD = 100;
    private static final int MAX = 1000;
    private static final String TOP = "$top";
    private static final String SKIP = "$skiptoken";
    private static final Set<String> KNOWN = Set.of(TOP, SKIP);

    /**
     * The one of a request.
     *
     * @throws InvalidResourceException if it asks for something that lists cannot do, such as {@code $filter}
     */
    static ListPage of(ArmRequest request) {
        Map<String, String> query = request.query();
        List<Problem> problems = new ArrayList<>();
        query.keySet().stream()
                .filter(name -> name.startsWith("$") && KNOWN.stream().noneMatch(name::equalsIgnoreCase))
                .forEach(name -> problems.add(new Problem(name, "is not supported; lists know $top and $skiptoken")));
        int most = STANDARD;
        if (query.containsKey(TOP)) {
            most = number(query.get(TOP));
            if (most < 1 || most > MAX) {
                problems.add(
                        new Problem(TOP, "is '%s': expected a number from 1 to %d".formatted(query.get(TOP), MAX)));
            }
        }
        ApiVersion.require(problems);
        return new ListPage(most, Optional.ofNullable(query.get(SKIP)).filter(token -> !token.isEmpty()));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The refusal of a token that no list gave out. */
    static InvalidResourceException unknownToken() {
        return new InvalidResourceException(
                List.of(new Problem(SKIP, "is none that this list gave out; follow nextLink as it is")));
    }

    /** A list's body. */
    ObjectNode body(ArmRequest request, ApiVersion version, List<ObjectNode> items, Optional<String> next) {
        ObjectNode list = Json.object();
        ArrayNode value = list.putArray("value");
        items.forEach(value::add);
        next.ifPresent(token -> list.put("nextLink", nextLink(request, version, token)));
        return list;
    }

    private String nextLink(ArmRequest request, ApiVersion version, String token) {
        // Never the query as it came: it may hold the function key.
        return "%s%s?api-version=%s&%s=%d&%s=%s"
                .formatted(
                        request.origin(),
                        request.uri().getRawPath(),
                        version.text(),
                        encoded(TOP),
                        most,
                        encoded(SKIP),
                        encoded(token));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
