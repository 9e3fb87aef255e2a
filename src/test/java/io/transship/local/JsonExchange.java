package io.transship.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One request to a server double, read and answered as JSON. For one thread. */
final class JsonExchange {

    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpExchange exchange;

    private final byte[] body;

    /** Reads the request to its end, so that the connection can be used again whatever the answer is. */
    JsonExchange(HttpExchange exchange) throws IOException {
        this.exchange = exchange;
        this.body = exchange.getRequestBody().readAllBytes();
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /** The segments between the slashes; the first is the one after the leading slash. */
    String[] path() {
        return exchange.getRequestURI().getPath().substring(1).split("/", -1);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    /** Query parameters, decoded; the last of a name wins. */
    Map<String, String> query() {
        return parameters(
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
    }

    /** The fields of a form, decoded; the last of a name wins. */
    Map<String, String> form() {
        return parameters(new String(body, StandardCharsets.UTF_8));
    }

    private static Map<String, String> parameters(String raw) {
        return Arrays.stream(raw.split("&", -1))
                .filter(parameter -> !parameter.isEmpty())
                .map(parameter -> parameter.split("=", 2))
                .collect(Collectors.toMap(
                        parameter -> decode(parameter[0]),
                        parameter -> parameter.length == 1 ? "" : decode(parameter[1]),
                        (first, last) -> last));
    }

    JsonNode body() throws IOException {
        return JSON.readTree(body);
    }

    JsonExchange withHeader(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
        return this;
    }

    void answer(int status, Object json) throws IOException {
        byte[] answer = JSON.writeValueAsBytes(json);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
