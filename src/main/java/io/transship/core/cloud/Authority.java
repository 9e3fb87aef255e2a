package io.transship.core.cloud;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** The hosts that give out tokens of Entra. */
public final class Authority {

    /**
     * Those that Microsoft's libraries know to belong together. About any other they ask the public cloud first
     * ("instance discovery"), which a cut-off cloud cannot reach and which must not learn of it.
     */
    private static final Set<String> KNOWN = Set.of(
            "login.microsoftonline.com",
            "login.microsoft.com",
            "login.windows.net",
            "sts.windows.net",
            "login.microsoftonline.us",
            "login-us.microsoftonline.com",
            "login.chinacloudapi.cn");

    private Authority() {}

    /**
     * Reads an authority's address: a host, or {@code https://} and a host.
     *
     * @throws IllegalArgumentException if it is something else; the message starts with a verb
     */
    public static URI parse(String text) {
        try {
            URI uri = URI.create(text.contains("://") ? text : "https://" + text);
            if ("https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return URI.create("https://" + uri.getRawAuthority().toLowerCase(Locale.ROOT));
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the one message.
        }
        throw new IllegalArgumentException(
                "is '%s': expected where Entra gives out tokens, such as https://login.microsoftonline.com, without a tenant"
                        .formatted(text));
    }

    /** Whether Microsoft's libraries know it, so that nothing has to be found out about it. */
    public static boolean isKnown(URI authority) {
        return KNOWN.contains(authority.getHost());
    }
}
