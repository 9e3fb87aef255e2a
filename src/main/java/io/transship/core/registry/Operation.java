package io.transship.core.registry;

import io.transship.core.http.HttpResponse;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.auth.Scopes;
import io.transship.core.registry.http.ErrorBody;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is being tried, for messages and for the rights it needs.
 *
 * @param registry its name
 * @param what such as {@code reading manifest 'samples/app:v9'}
 */
record Operation(String registry, String what, Scopes scopes) {

    private static final Set<String> DENIALS = Set.of("DENIED", "insufficient_scope");

    /** The failure that a response tells of; reads the response's body but does not close it. */
    RegistryException refusal(HttpResponse response) {
        ErrorBody error = ErrorBody.read(response);
        Kind kind = kind(response, error);
        String detail = error.detail().isEmpty() ? "" : " " + error.detail();
        return failure(kind, response.status() + detail + advice(kind, error), null);
    }

    RegistryException failure(Kind kind, String reason, @Nullable Throwable cause) {
        return new RegistryException(kind, "registry %s: %s failed: %s".formatted(registry, what, reason), cause);
    }

    private static Kind kind(HttpResponse response, ErrorBody error) {
        return switch (response.status()) {
            case 401 -> isDenial(response, error) ? Kind.FORBIDDEN : Kind.UNAUTHORIZED;
            case 403 -> Kind.FORBIDDEN;
            case 404 -> Kind.NOT_FOUND;
            case 429 -> Kind.THROTTLED;
            case 408 -> Kind.UNAVAILABLE;
            case 501, 505 -> Kind.REJECTED;
            default -> response.status() >= 500 ? Kind.UNAVAILABLE : Kind.REJECTED;
        };
    }

    private static boolean isDenial(HttpResponse response, ErrorBody error) {
        return error.codes().stream().anyMatch(DENIALS::contains)
                || response.headers("WWW-Authenticate").stream()
                        .anyMatch(value -> value.contains("insufficient_scope"));
    }

    private String advice(Kind kind, ErrorBody error) {
        return switch (kind) {
            case NOT_FOUND ->
                error.codes().contains("NAME_UNKNOWN")
                        ? "; check the repository's name"
                        : "; check the name and the tag or digest";
            case UNAUTHORIZED -> "; check the user name and password, or the identity, of this registry";
            case FORBIDDEN ->
                scopes.equals(Scopes.NONE)
                        ? "; the login works but lacks the right"
                        : "; the login works but lacks the right '%s'".formatted(scopes);
            case THROTTLED -> "; the registry limits requests: run fewer transfers at once, or later";
            case UNAVAILABLE -> "; the registry or a proxy in front of it is down or overloaded: try again later";
            case REJECTED -> "";
        };
    }
}
