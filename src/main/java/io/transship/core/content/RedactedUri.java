package io.transship.core.content;

import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A URI fit for logs and messages. User information is dropped and a query value is shown only if its name is known to
 * be harmless, because a redirect or a SAS may carry a signature under any name.
 */
public final class RedactedUri {

    private static final Set<String> HARMLESS = Set.of(
            "n",
            "last",
            "digest",
            "mount",
            "from",
            "scope",
            "service",
            "comp",
            "restype",
            "api-version",
            "artifactType");

    private static final Pattern USER = Pattern.compile("://[^/\\s\"'<>@]*@");
    private static final Pattern QUERY = Pattern.compile("\\?([^\\s\"'<>]*=[^\\s\"'<>]*)");

    /** Also where the rest of the query is lost. */
    private static final Pattern SIGNATURE = Pattern.compile("(?i)\\b(sig=)[^\\s\"'<>&]+");

    private RedactedUri() {}

    /** The text of this URI without anything that may be secret. */
    public static String of(URI uri) {
        StringBuilder text = new StringBuilder();
        if (uri.getScheme() != null) {
            text.append(uri.getScheme()).append("://");
        }
        if (uri.getHost() != null) {
            text.append(uri.getHost());
        }
        if (uri.getPort() >= 0) {
            text.append(':').append(uri.getPort());
        }
        if (uri.getRawPath() != null) {
            text.append(uri.getRawPath());
        }
        String query = query(uri.getRawQuery());
        return query.isEmpty()
                ? text.toString()
                : text.append('?').append(query).toString();
    }

    /** A text that may quote addresses or a SAS, with what may be secret in them taken out. */
    public static String within(String text) {
        String known = USER.matcher(text).replaceAll("://");
        String shown = QUERY.matcher(known).replaceAll(found -> Matcher.quoteReplacement("?" + query(found.group(1))));
        return SIGNATURE.matcher(shown).replaceAll("$1REDACTED");
    }

    private static String query(@Nullable String rawQuery) {
        if (rawQuery == null || rawQuery.isEmpty()) {
            return "";
        }
        return Arrays.stream(rawQuery.split("&", -1))
                .map(RedactedUri::parameter)
                .collect(Collectors.joining("&"));
    }

    private static String parameter(String parameter) {
        int equals = parameter.indexOf('=');
        if (equals < 0) {
            return "REDACTED";
        }
        String name = parameter.substring(0, equals);
        return HARMLESS.contains(name) ? parameter : name + "=REDACTED";
    }
}
