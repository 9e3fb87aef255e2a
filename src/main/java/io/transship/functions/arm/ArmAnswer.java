package io.transship.functions.arm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is answered. Immutable.
 *
 * @param status of HTTP
 * @param body empty if there is none
 */
public record ArmAnswer(int status, Map<String, String> headers, String body) {

    public ArmAnswer {
        headers = Map.copyOf(headers);
    }

    public static ArmAnswer of(int status, JsonNode body) {
        return new ArmAnswer(status, Map.of("Content-Type", "application/json; charset=utf-8"), body.toString());
    }

    static ArmAnswer empty(int status) {
        return new ArmAnswer(status, Map.of(), "");
    }

    public ArmAnswer with(String header, String value) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put(header, value);
        return new ArmAnswer(status, all, body);
    }
}
