package io.transship.core.registry.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One challenge of a {@code WWW-Authenticate} header: how a server wants us to prove who we are.
 *
 * @param scheme in lower case
 * @param parameters names in lower case, values unquoted; empty if the scheme came with a token68 or with nothing
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-authentication-scheme">RFC 9110, section 11</a>
 */
record Challenge(String scheme, Map<String, String> parameters) {

    Challenge {
        parameters = Map.copyOf(parameters);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isBlank());
    }

    /** All challenges of all header values, in their order; what cannot be read ends the value it is in. */
    static List<Challenge> parse(List<String> headers) {
        List<Challenge> all = new ArrayList<>();
        for (String header : headers) {
            new Parser(header).parseInto(all);
        }
        return List.copyOf(all);
    }

    /**
     * Challenges and parameters are both separated by commas, so what a word is shows only in what follows it: {@code =}
     * makes it a parameter, anything else a scheme.
     */
    private static final class Parser {

        private final String text;
        private int position;

        Parser(String text) {
            this.text = text;
        }

        void parseInto(List<Challenge> all) {
            String scheme = "";
            Map<String, String> parameters = new LinkedHashMap<>();
            while (true) {
                skip(" \t,");
                String word = token();
                if (word.isEmpty()) {
                    break;
                }
                if (skipEquals()) {
                    parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
                    continue;
                }
                if (!scheme.isEmpty()) {
                    all.add(new Challenge(scheme, parameters));
                }
                scheme = word.toLowerCase(Locale.ROOT);
                parameters = new LinkedHashMap<>();
                skip(" \t");
                skipToken68();
            }
            if (!scheme.isEmpty()) {
                all.add(new Challenge(scheme, parameters));
            }
        }

        private void skip(String characters) {
            while (position < text.length() && characters.indexOf(text.charAt(position)) >= 0) {
                position++;
            }
        }

        private String token() {
            int start = position;
            while (position < text.length() && isTokenCharacter(text.charAt(position))) {
                position++;
            }
            return text.substring(start, position);
        }

        private boolean skipEquals() {
            int start = position;
            skip(" \t");
            if (position < text.length() && text.charAt(position) == '=') {
                position++;
                skip(" \t");
                return true;
            }
            position = start;
            return false;
        }

        private String value() {
            if (position >= text.length() || text.charAt(position) != '"') {
                return token();
            }
            StringBuilder value = new StringBuilder();
            position++;
            while (position < text.length() && text.charAt(position) != '"') {
                if (text.charAt(position) == '\\' && position + 1 < text.length()) {
                    position++;
                }
                value.append(text.charAt(position++));
            }
            position = Math.min(position + 1, text.length());
            return value.toString();
        }

        /** A token68 stands alone behind its scheme and ends in {@code =} signs or at a comma; we know no use for one. */
        private void skipToken68() {
            int end = position;
            while (end < text.length() && (isTokenCharacter(text.charAt(end)) || text.charAt(end) == '/')) {
                end++;
            }
            int padded = end;
            while (padded < text.length() && text.charAt(padded) == '=') {
                padded++;
            }
            if (end > position && (padded == text.length() || text.charAt(padded) == ',')) {
                position = padded;
            }
        }

        private static boolean isTokenCharacter(char c) {
            return (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
        }
    }
}
