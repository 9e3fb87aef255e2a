package io.transship.core.registry.pace;

import io.transship.core.http.HttpRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a request counts as. The classes are those that Azure Container Registry limits one by one.
 *
 * @see <a href="https://learn.microsoft.com/azure/container-registry/container-registry-skus">Azure Container Registry
 *     SKU features and limits</a>
 */
public enum RequestClass {
    /** Asking for manifests, blobs and lists. */
    READ,
    /** Whatever changes something: uploads with all their steps, mounts, manifests. */
    WRITE,
    /** Asking for the referrers of a manifest, which is a read as well. */
    REFERRERS,
    /** Signing in: what a registry answers outside of the distribution API. */
    TOKENS;

    private static final Pattern REFERRERS_PATH = Pattern.compile("/v2/.+/referrers/[^/]+");

    /** The class of a request to the registry itself. */
    static RequestClass of(HttpRequest request) {
        String path = request.uri().getRawPath();
        if (!path.startsWith("/v2/")) {
            return TOKENS;
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return WRITE;
        }
        return REFERRERS_PATH.matcher(path).matches() ? REFERRERS : READ;
    }

    /** The class of this label. */
    public static Optional<RequestClass> labelled(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst();
    }

    /** As settings and messages call it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
