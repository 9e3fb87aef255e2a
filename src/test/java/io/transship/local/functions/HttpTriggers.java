package io.transship.local.functions;

import com.microsoft.azure.functions.HttpResponseMessage;
import com.sun.net.httpserver.HttpExchange;
import io.transship.local.functions.app.AppFunction;
import io.transship.local.functions.app.FunctionDefinition.Trigger;
import io.transship.local.functions.app.HostLog;
import io.transship.local.functions.app.HttpRequest;
import io.transship.local.functions.app.Inputs;
import io.transship.local.functions.app.Invoker;
import io.transship.local.functions.app.Invoker.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the function of a request, asks for its key, runs it and writes its answer. Thread-safe. */
final class HttpTriggers {

    private final List<Endpoint> endpoints = new ArrayList<>();
    private final FunctionKeys keys;
    private final Invoker invoker;
    private final HostLog log;

    private record Endpoint(AppFunction function, Trigger.Http trigger, Route route) {

        boolean takes(String method) {
            return trigger.methods().isEmpty() || trigger.methods().contains(method);
        }

        boolean sharesMethods(Endpoint other) {
            Set<String> shared = new HashSet<>(trigger.methods());
            shared.retainAll(other.trigger.methods());
            return trigger.methods().isEmpty() || other.trigger.methods().isEmpty() || !shared.isEmpty();
        }
    }

    private record Match(Endpoint endpoint, Map<String, String> values) {}

    /** Routes that cannot be parsed, or that hide each other, are added to the problems. */
    HttpTriggers(
            List<AppFunction> functions,
            String prefix,
            FunctionKeys keys,
            Invoker invoker,
            HostLog log,
            List<String> problems) {
        this.keys = keys;
        this.invoker = invoker;
        this.log = log;
        for (AppFunction function : functions) {
            if (function.trigger() instanceof Trigger.Http trigger) {
                try {
                    add(new Endpoint(function, trigger, Route.parse(prefix + "/" + trigger.route())), problems);
                } catch (IllegalArgumentException e) {
                    problems.add("function '%s': %s".formatted(function.name(), e.getMessage()));
                }
            }
        }
        endpoints.sort(Comparator.comparing(Endpoint::route, Route.MOST_LITERAL_FIRST));
    }

    private void add(Endpoint endpoint, List<String> problems) {
        for (Endpoint other : endpoints) {
            if (other.route().shape().equals(endpoint.route().shape()) && other.sharesMethods(endpoint)) {
                problems.add("functions '%s' and '%s' have the same route '%s' and share a method"
                        .formatted(other.function().name(), endpoint.function().name(), endpoint.route()));
            }
        }
        endpoints.add(endpoint);
    }

    /** Answers the request: 404 without a function, 401 without its key, 500 if it fails. */
    void handle(HttpExchange exchange) throws IOException {
        Optional<Match> match = find(exchange);
        if (match.isEmpty()) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        Endpoint endpoint = match.get().endpoint();
        if (!keys.allow(endpoint.trigger().level(), exchange)) {
            exchange.sendResponseHeaders(401, -1);
            return;
        }
        if (Requests.length(exchange) > Requests.MAX_BODY) {
            exchange.sendResponseHeaders(413, -1);
            return;
        }
        HttpRequest<@Nullable Object> request = Requests.read(exchange);
        Map<String, String> metadata = Inputs.overwrite(Map.of(), request.body());
        metadata.putAll(request.query());
        match.get().values().forEach((name, value) -> {
            metadata.remove(name); // The route's own spelling must win, and the map keeps the first one.
            metadata.put(name, value);
        });
        Outcome outcome = invoker.invoke(endpoint.function(), Inputs.request(request, metadata));
        switch (outcome) {
            case Outcome.Failed ignored -> exchange.sendResponseHeaders(500, -1);
            case Outcome.Succeeded(Object value) -> answer(endpoint.function(), exchange, value);
        }
    }

    private Optional<Match> find(HttpExchange exchange) {
        String path = exchange.getRequestURI().getRawPath();
        for (Endpoint endpoint : endpoints) {
            Optional<Map<String, String>> values = endpoint.takes(exchange.getRequestMethod())
                    ? endpoint.route().match(path)
                    : Optional.empty();
            if (values.isPresent()) {
                return Optional.of(new Match(endpoint, values.get()));
            }
        }
        return Optional.empty();
    }

    private void answer(AppFunction function, HttpExchange exchange, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> exchange.sendResponseHeaders(204, -1);
            case String text ->
                write(exchange, 200, Map.of(), text.getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8");
            case HttpRequest.Response response -> message(function, exchange, response);
            default -> refuse(function, exchange, value);
        }
    }

    private void message(AppFunction function, HttpExchange exchange, HttpRequest.Response response)
            throws IOException {
        HttpResponseMessage message = response;
        @Nullable Object body = message.getBody();
        switch (body) {
            case null -> write(exchange, message.getStatusCode(), response.headers(), new byte[0], "");
            case byte[] bytes ->
                write(exchange, message.getStatusCode(), response.headers(), bytes, "application/octet-stream");
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                write(exchange, message.getStatusCode(), response.headers(), bytes, "text/plain; charset=utf-8");
            }
            default -> refuse(function, exchange, body);
        }
    }

    private void refuse(AppFunction function, HttpExchange exchange, Object value) throws IOException {
        log.host(("function '%s' answers with a '%s', which Azure would pass through two JSON libraries;"
                        + " answer with String or byte[]")
                .formatted(function.name(), value.getClass().getName()));
        exchange.sendResponseHeaders(500, -1);
    }

    private static void write(
            HttpExchange exchange, int status, Map<String, String> headers, byte[] body, String defaultType)
            throws IOException {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (!defaultType.isEmpty()) {
            all.put("Content-Type", defaultType);
        }
        all.putAll(headers);
        all.forEach((name, value) -> exchange.getResponseHeaders().put(name, Collections.singletonList(value)));
        boolean bodiless = body.length == 0
                || status == 204
                || status == 304
                || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
    }

    /** One line for each function: its name, methods and address. */
    List<String> describe(String base) {
        return endpoints.stream()
                .map(endpoint -> "%s: [%s] %s/%s"
                        .formatted(
                                endpoint.function().name(),
                                endpoint.trigger().methods().isEmpty()
                                        ? "any"
                                        : String.join(
                                                ",",
                                                new TreeSet<>(endpoint.trigger().methods())),
                                base,
                                endpoint.route()))
                .toList();
    }
}
