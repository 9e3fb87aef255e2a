package io.transship.local.functions;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.transship.local.functions.app.AppFunction;
import io.transship.local.functions.app.FunctionDefinition.Trigger;
import io.transship.local.functions.app.Inputs;
import io.transship.local.functions.app.Invoker;
import io.transship.local.functions.app.Invoker.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The endpoint to which Event Grid delivers: both handshakes, and one invocation for each event of a delivery. One
 * failure fails the delivery as a whole, so Event Grid sends all of it again. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema">
 *     Endpoint validation</a>
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0/http-webhook.md#4-abuse-protection">
 *     CloudEvents webhook, abuse protection</a>
 */
final class EventGridWebhook {

    static final String PATH = "/runtime/webhooks/EventGrid";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<AppFunction> functions;
    private final FunctionKeys keys;
    private final Invoker invoker;

    EventGridWebhook(List<AppFunction> functions, FunctionKeys keys, Invoker invoker) {
        this.functions = functions.stream()
                .filter(function -> function.trigger() instanceof Trigger.EventGrid)
                .toList();
        this.keys = keys;
        this.invoker = invoker;
    }

    void handle(HttpExchange exchange) throws IOException {
        if (!keys.allowEventGrid(exchange)) {
            exchange.sendResponseHeaders(401, -1);
            return;
        }
        Optional<AppFunction> function = function(exchange);
        if (function.isEmpty()) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        if (exchange.getRequestMethod().equals("OPTIONS")) {
            allowOrigin(exchange);
            return;
        }
        String type = exchange.getRequestHeaders().getFirst("aeg-event-type");
        switch (type == null ? "" : type) {
            case "SubscriptionValidation" -> validate(exchange);
            case "Notification" -> notify(function.get(), exchange);
            case "Unsubscribe" -> exchange.sendResponseHeaders(202, -1);
            default -> exchange.sendResponseHeaders(400, -1);
        }
    }

    private Optional<AppFunction> function(HttpExchange exchange) {
        String name = Requests.query(exchange.getRequestURI()).getOrDefault("functionName", "");
        return functions.stream()
                .filter(function -> function.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private static void allowOrigin(HttpExchange exchange) throws IOException {
        String origin = exchange.getRequestHeaders().getFirst("WebHook-Request-Origin");
        if (origin == null) {
            exchange.sendResponseHeaders(400, -1);
            return;
        }
        exchange.getResponseHeaders().set("WebHook-Allowed-Origin", origin);
        exchange.sendResponseHeaders(200, -1);
    }

    private static void validate(HttpExchange exchange) throws IOException {
        JsonNode code = events(exchange).stream()
                .findFirst()
                .map(event -> event.at("/data/validationCode"))
                .filter(JsonNode::isTextual)
                .orElse(null);
        if (code == null) {
            exchange.sendResponseHeaders(400, -1);
            return;
        }
        byte[] answer = JSON.writeValueAsBytes(Map.of("validationResponse", code));
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
    }

    private void notify(AppFunction function, HttpExchange exchange) throws IOException {
        List<JsonNode> events = events(exchange);
        if (events.isEmpty()) {
            exchange.sendResponseHeaders(400, -1);
            return;
        }
        exchange.sendResponseHeaders(runAll(function, events) ? 202 : 500, -1);
    }

    /** True if every invocation succeeded; returns after the last one. */
    private boolean runAll(AppFunction function, List<JsonNode> events) {
        List<Future<Outcome>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (JsonNode event : events) {
                running.add(threads.submit(() -> invoker.invoke(function, Inputs.text(event.toString(), Map.of()))));
            }
        }
        return running.stream().allMatch(EventGridWebhook::succeeded);
    }

    private static boolean succeeded(Future<Outcome> finished) {
        try {
            return finished.get() instanceof Outcome.Succeeded;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The objects of an array, or the one object of a single CloudEvent; none if the body is neither. */
    private static List<JsonNode> events(HttpExchange exchange) throws IOException {
        try {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            JsonNode json = JSON.readTree(body);
            List<JsonNode> events = new ArrayList<>();
            if (json.isArray()) {
                json.forEach(events::add);
            }
            if (json.isObject()) {
                events.add(json);
            }
            return events.stream().allMatch(JsonNode::isObject) ? events : List.of();
        } catch (JacksonException e) {
            return List.of();
        }
    }
}
