package io.transship.local.functions;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A route template: literal segments, {@code {name}}, {@code {name=default}}, {@code {name?}} and {@code {*rest}};
 * constraints ({@code {id:int}}) are read over. Immutable.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#customize-the-http-endpoint">
 *     Customize the HTTP endpoint</a>
 */
final class Route {

    /** Literal before parameter before rest, segment by segment: the order in which routes are asked. */
    static final Comparator<Route> MOST_LITERAL_FIRST = Comparator.comparing(Route::shape);

    private static final Pattern PARAMETER = Pattern.compile("\\{(\\*{0,2})(\\w+)(?::[^=?}]*)?(\\?|=[^}]*)?}");

    private final String template;
    private final List<Segment> segments;

    private Route(String template, List<Segment> segments) {
        this.template = template;
        this.segments = List.copyOf(segments);
    }

    private sealed interface Segment {

        record Literal(String text) implements Segment {}

        record Required(String name) implements Segment {}

        record Optionally(String name, Optional<String> fallback) implements Segment {}

        record Rest(String name) implements Segment {}
    }

    /** Throws {@link IllegalArgumentException} that quotes the template. */
    static Route parse(String template) {
        List<Segment> segments = new ArrayList<>();
        for (String part : parts(template)) {
            if (!segments.isEmpty() && segments.getLast() instanceof Segment.Rest) {
                throw new IllegalArgumentException("route '%s' goes on after its rest parameter".formatted(template));
            }
            if (!segments.isEmpty() && segments.getLast() instanceof Segment.Optionally && !part.startsWith("{")) {
                throw new IllegalArgumentException(
                        "route '%s' has a literal after an optional parameter".formatted(template));
            }
            segments.add(segment(part, template));
        }
        return new Route(template, segments);
    }

    private static Segment segment(String part, String template) {
        if (!part.contains("{") && !part.contains("}")) {
            return new Segment.Literal(part);
        }
        Matcher matcher = PARAMETER.matcher(part);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "route '%s': segment '%s' is neither a literal nor one parameter".formatted(template, part));
        }
        if (!matcher.group(1).isEmpty()) {
            return new Segment.Rest(matcher.group(2));
        }
        String tail = matcher.group(3);
        if (tail == null) {
            return new Segment.Required(matcher.group(2));
        }
        return new Segment.Optionally(
                matcher.group(2), tail.equals("?") ? Optional.empty() : Optional.of(tail.substring(1)));
    }

    /** The values of the parameters, decoded; empty if the path is not of this route. */
    Optional<Map<String, String>> match(String rawPath) {
        List<String> parts = parts(rawPath);
        Map<String, String> values = new LinkedHashMap<>();
        int at = 0;
        for (Segment segment : segments) {
            Optional<String> part = at < parts.size() ? Optional.of(decoded(parts.get(at))) : Optional.empty();
            switch (segment) {
                case Segment.Literal(String text) -> {
                    if (part.filter(text::equalsIgnoreCase).isEmpty()) {
                        return Optional.empty();
                    }
                }
                case Segment.Required(String name) -> {
                    if (part.isEmpty()) {
                        return Optional.empty();
                    }
                    values.put(name, part.get());
                }
                case Segment.Optionally(String name, Optional<String> fallback) ->
                    part.or(() -> fallback).ifPresent(value -> values.put(name, value));
                case Segment.Rest(String name) -> {
                    values.put(
                            name, decoded(String.join("/", parts.subList(Math.min(at, parts.size()), parts.size()))));
                    at = parts.size();
                }
            }
            at++;
        }
        return at >= parts.size() ? Optional.of(values) : Optional.empty();
    }

    /** Routes of the same shape match the same paths, so one of them would never be asked. */
    String shape() {
        StringBuilder shape = new StringBuilder();
        for (Segment segment : segments) {
            shape.append(
                    switch (segment) {
                        case Segment.Literal(String text) -> "/0" + text.toLowerCase(Locale.ROOT);
                        case Segment.Required ignored -> "/1";
                        case Segment.Optionally ignored -> "/2";
                        case Segment.Rest ignored -> "/3";
                    });
        }
        return shape.toString();
    }

    private static List<String> parts(String path) {
        return Arrays.stream(path.split("/", -1))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** An encoded slash stays encoded, as in ASP.NET: it must not look like the end of a segment. */
    private static String decoded(String raw) {
        return URI.create("/" + raw.replaceAll("(?i)%2f", "%252F")).getPath().substring(1);
    }

    @Override
    public String toString() {
        return template;
    }
}
