package io.transship.core.sas;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The parameters of a SAS, decoded, in the order in which they came. Messages name a parameter only if it is a known one:
 * anything else in a broken text may be a part of the secret.
 */
final class SasParameters {

    /** Far above any SAS that the service issues; keeps a wrong secret from being worked through. */
    private static final int MAX_LENGTH = 8 * 1024;

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,31}");

    private static final Set<String> KNOWN = Set.of(
            "sv", "ss", "srt", "sr", "sp", "st", "se", "spr", "sip", "si", "sdd", "sig", "ses", "skoid", "sktid", "skt",
            "ske", "sks", "skv", "saoid", "suoid", "scid", "sduoid", "skdutid", "rscc", "rscd", "rsce", "rscl", "rsct");

    private SasParameters() {}

    static Map<String, String> parse(String text) {
        String query = text.strip();
        if (query.length() > MAX_LENGTH) {
            throw new InvalidSasException(
                    "SAS is longer than %,d characters: it is something else".formatted(MAX_LENGTH));
        }
        if (query.contains("://")) {
            throw new InvalidSasException("SAS is a whole URL: keep only what follows its question mark");
        }
        if (query.startsWith("?")) {
            query = query.substring(1);
        }
        if (query.isEmpty()) {
            throw new InvalidSasException("SAS is empty: expected sv=…&sig=…");
        }
        if (query.chars()
                .anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c) || c == '"' || c == '\'')) {
            throw new InvalidSasException("SAS has a space, a line break or a quote inside: copy it again as one line");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.split("&", -1)) {
            if (!parameter.isEmpty()) {
                add(parameters, parameter);
            }
        }
        return Collections.unmodifiableMap(parameters);
    }

    static String print(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static void add(Map<String, String> parameters, String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? "" : parameter.substring(0, equals);
        if (name.startsWith("amp;")) {
            throw new InvalidSasException("SAS is HTML-encoded: write & in place of &amp;");
        }
        if (name.equals("SharedAccessSignature") || name.equals("BlobEndpoint")) {
            throw new InvalidSasException(
                    "SAS is a connection string: keep only what follows 'SharedAccessSignature='");
        }
        if (!NAME.matcher(name).matches()) {
            throw new InvalidSasException("SAS is not a list of name=value joined by &: copy it again as a whole");
        }
        String shown = KNOWN.contains(name) ? "parameter '%s'".formatted(name) : "a parameter";
        String value = decode(parameter.substring(equals + 1), shown);
        if (value.isEmpty()) {
            throw new InvalidSasException("SAS has no value for %s: copy it again as a whole".formatted(shown));
        }
        if (parameters.putIfAbsent(name, value) != null) {
            throw new InvalidSasException(
                    "SAS has %s twice: it is two tokens joined or a broken copy".formatted(shown));
        }
    }

    /**
     * Percent-decoding as of RFC 3986 and not as of HTML forms: a plus stays a plus, because a signature that was stored
     * without encoding has them.
     */
    private static String decode(String value, String shown) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // The cause would quote the value.
            throw new InvalidSasException("SAS has a broken %%-escape in %s: copy it again".formatted(shown));
        }
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
