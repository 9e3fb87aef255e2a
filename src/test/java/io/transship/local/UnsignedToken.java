package io.transship.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tokens in the form of Entra's, without a signature; Azurite takes them by their issuer, audience and times. */
final class UnsignedToken {

    private UnsignedToken() {}

    /** A token of a principal, whose object id is its client id. */
    static String of(String tenant, String clientId, String audience, Instant now, Duration lifetime)
            throws IOException {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("aud", audience);
        claims.put("iss", "https://sts.windows-ppe.net/" + tenant + "/");
        claims.put("iat", now.getEpochSecond());
        claims.put("nbf", now.minusSeconds(60).getEpochSecond());
        claims.put("exp", now.plus(lifetime).getEpochSecond());
        claims.put("appid", clientId);
        claims.put("oid", clientId);
        claims.put("tid", tenant);
        return segment(Map.of("alg", "none", "typ", "JWT")) + "." + segment(claims) + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString("unsigned".getBytes(StandardCharsets.UTF_8));
    }

    /** A claim of such a token; empty if it has none. */
    static String claim(String token, String name) throws IOException {
        String[] segments = token.split("\\.", -1);
        return segments.length != 3
                ? ""
                : JsonExchange.JSON
                        .readTree(Base64.getUrlDecoder().decode(segments[1]))
                        .path(name)
                        .asText("");
    }

    private static String segment(Map<String, Object> json) throws IOException {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(JsonExchange.JSON.writeValueAsBytes(json));
    }
}
