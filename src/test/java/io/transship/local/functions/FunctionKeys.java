package io.transship.local.functions;

import com.sun.net.httpserver.HttpExchange;
import io.transship.local.functions.app.FunctionDefinition.AuthLevel;
import io.transship.local.functions.app.HostSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The keys of the host: taken from settings, else made anew and told once on the console. Enforced, unlike in Core
 * Tools. Immutable.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/function-keys-how-to">Access keys</a>
 */
final class FunctionKeys {

    private final String function;
    private final String master;
    private final String eventGrid;
    private final List<String> generated = new ArrayList<>();

    FunctionKeys(HostSettings settings, SecureRandom random) {
        this.function = key("TRANSSHIP_LOCAL_FUNCTION_KEY", settings, random);
        this.master = key("TRANSSHIP_LOCAL_MASTER_KEY", settings, random);
        this.eventGrid = key("TRANSSHIP_LOCAL_EVENTGRID_KEY", settings, random);
    }

    private String key(String name, HostSettings settings, SecureRandom random) {
        return settings.setting(name).orElseGet(() -> {
            byte[] bytes = new byte[24];
            random.nextBytes(bytes);
            String key = HexFormat.of().formatHex(bytes);
            generated.add(name + "=" + key);
            return key;
        });
    }

    /** {@code NAME=value} of the keys that no setting gave: nobody could know them otherwise. */
    List<String> generated() {
        return List.copyOf(generated);
    }

    boolean allow(AuthLevel level, HttpExchange exchange) {
        return switch (level) {
            case ANONYMOUS -> true;
            case FUNCTION -> isOneOf(exchange, function, master);
            case ADMIN -> isOneOf(exchange, master);
        };
    }

    boolean allowEventGrid(HttpExchange exchange) {
        return isOneOf(exchange, eventGrid, master);
    }

    /** The header wins over the query. */
    private static boolean isOneOf(HttpExchange exchange, String... keys) {
        Map<String, String> query = Requests.query(exchange.getRequestURI());
        String header = exchange.getRequestHeaders().getFirst("x-functions-key");
        String presented = header == null ? query.getOrDefault("code", "") : header;
        byte[] candidate = presented.getBytes(StandardCharsets.UTF_8);
        for (String key : keys) {
            if (MessageDigest.isEqual(candidate, key.getBytes(StandardCharsets.UTF_8))) {
                return true;
            }
        }
        return false;
    }
}
