package io.transship.local.functions;

import com.sun.net.httpserver.HttpExchange;
import io.transship.local.functions.app.FunctionDefinition.AuthLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an operator may ask of the host with its master key: its status, and to run a function that otherwise only its timer
 * starts. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http">Manually run a non
 *     HTTP-triggered function</a>
 */
final class AdminEndpoint {

    private static final String PATH = "/admin/";
    private static final String STATUS = "{\"id\":\"transship-local\",\"state\":\"Running\",\"version\":\"4.local\"}";

    private final FunctionKeys keys;
    private final List<TimerListener> timers;

    /** Timers may be added to the list until the first request. */
    AdminEndpoint(FunctionKeys keys, List<TimerListener> timers) {
        this.keys = keys;
        this.timers = timers;
    }

    static boolean isMeant(String path) {
        return path.toLowerCase(Locale.ROOT).startsWith(PATH);
    }

    void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(PATH.length());
        if (!keys.allow(AuthLevel.ADMIN, exchange)) {
            exchange.sendResponseHeaders(401, -1);
        } else if (path.equalsIgnoreCase("host/status")) {
            status(exchange);
        } else if (path.toLowerCase(Locale.ROOT).startsWith("functions/")) {
            run(path.substring("functions/".length()), exchange);
        } else {
            exchange.sendResponseHeaders(404, -1);
        }
    }

    /** Accepted is all that the host says: what becomes of the run is in its log. */
    private void run(String function, HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        Optional<TimerListener> timer = timers.stream()
                .filter(each -> each.function().name().equalsIgnoreCase(function))
                .findFirst();
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.sendResponseHeaders(405, -1);
        } else if (timer.isEmpty()) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            timer.get().runNow();
            exchange.sendResponseHeaders(202, -1);
        }
    }

    private static void status(HttpExchange exchange) throws IOException {
        byte[] body = STATUS.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }
}
