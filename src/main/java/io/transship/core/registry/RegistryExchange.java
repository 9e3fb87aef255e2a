package io.transship.core.registry;

import io.transship.core.http.ConnectionException;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpResponse;
import io.transship.core.http.HttpTransport;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.auth.AuthorizationException;
import io.transship.core.registry.auth.Authorizer;
import io.transship.core.registry.http.Origin;
import io.transship.core.registry.http.RedirectRule;
import io.transship.core.registry.http.Retries;
import io.transship.core.registry.http.TransientException;
import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way of every request to one registry: authorized, repeated once after a 401, redirected, tried again where that may
 * help, and with failures that name what was tried. Thread-safe.
 */
final class RegistryExchange {

    /** Makes something of a response, which is closed afterwards. */
    @FunctionalInterface
    interface Handler<T> {

        T handle(HttpResponse response) throws IOException;
    }

    /** One step of logging in. */
    @FunctionalInterface
    private interface LoginStep {

        Optional<String> run() throws IOException;
    }

    private final URI home;
    private final Origin origin;
    private final HttpTransport transport;
    private final Authorizer authorizer;
    private final Retries retries;
    private final RedirectRule redirects;

    RegistryExchange(
            URI home, HttpTransport transport, Authorizer authorizer, Retries retries, RedirectRule redirects) {
        this.home = home;
        this.origin = Origin.of(home);
        this.transport = transport;
        this.authorizer = authorizer;
        this.retries = retries;
        this.redirects = redirects;
    }

    /** The address of a path below {@code /v2/}. */
    URI endpoint(String path) {
        return home.resolve("/v2/" + path);
    }

    Retries retries() {
        return retries;
    }

    /** Sends a request, as often as needed and allowed, and handles its response. */
    <T> T run(Operation operation, HttpRequest request, Handler<T> handler) throws IOException {
        return retries.run(number -> runOnce(operation, request, handler));
    }

    /**
     * Sends a request once and handles its response.
     *
     * @throws TransientException if another attempt may help
     */
    <T> T runOnce(Operation operation, HttpRequest request, Handler<T> handler) throws IOException {
        try (HttpResponse response = attempt(operation, request)) {
            return handler.handle(response);
        } catch (ConnectionException e) {
            throw broken(operation, e);
        }
    }

    /** Sends a request, as often as needed and allowed; the caller closes the response. */
    HttpResponse open(Operation operation, HttpRequest request) throws IOException {
        return retries.run(number -> attempt(operation, request));
    }

    /**
     * The address that a {@code Location} names, if we may go there.
     *
     * @throws RegistryException if not
     */
    URI follow(Operation operation, URI current, HttpResponse response) throws RegistryException {
        String location = response.header("Location")
                .orElseThrow(() ->
                        operation.failure(Kind.REJECTED, "%d without a Location".formatted(response.status()), null));
        try {
            return redirects.target(home, current, location);
        } catch (IOException e) {
            throw operation.failure(
                    Kind.REJECTED,
                    "the registry answered %d with a Location, but %s".formatted(response.status(), e.getMessage()),
                    e);
        }
    }

    /**
     * Where a GET is led to that leaves the registry; empty if the registry answers it. Nobody is asked there.
     *
     * @throws RegistryException if the registry refuses, or if we must not go there
     */
    Optional<URI> elsewhere(Operation operation, HttpRequest request) throws IOException {
        return retries.run(number -> {
            try {
                return elsewhereOnce(operation, request);
            } catch (ConnectionException e) {
                throw broken(operation, e);
            }
        });
    }

    private Optional<URI> elsewhereOnce(Operation operation, HttpRequest request) throws IOException {
        URI current = request.uri();
        for (int hops = 0; hops <= RedirectRule.MAX_REDIRECTS; hops++) {
            try (HttpResponse response = settled(operation, authorized(operation, request.to(current)))) {
                if (response.isSuccess()) {
                    return Optional.empty();
                }
                if (!RedirectRule.isRedirect(response)) {
                    throw operation.refusal(response);
                }
                current = follow(operation, current, response);
            }
            if (!origin.covers(current)) {
                return Optional.of(current);
            }
        }
        throw tooManyRedirects(operation);
    }

    private HttpResponse attempt(Operation operation, HttpRequest request) throws IOException {
        try {
            return settled(operation, followed(operation, request, authorized(operation, request)));
        } catch (ConnectionException e) {
            throw broken(operation, e);
        }
    }

    /** A response that another attempt would not change. */
    private HttpResponse settled(Operation operation, HttpResponse response) throws IOException {
        if (!Retries.isTransient(response.status())) {
            return response;
        }
        try (response) {
            Duration retryAfter = retries.retryAfter(response);
            throw new TransientException(operation.refusal(response), retryAfter);
        }
    }

    private HttpResponse authorized(Operation operation, HttpRequest request) throws IOException {
        if (!origin.covers(request.uri())) {
            return transport.execute(request);
        }
        String sent = login(operation, () -> authorizer.header(operation.scopes()));
        HttpResponse response = transport.execute(withAuthorization(request, sent));
        if (response.status() != 401) {
            return response;
        }
        RegistryException refusal;
        List<String> challenges = response.headers("WWW-Authenticate");
        try (response) {
            refusal = operation.refusal(response);
        }
        String renewed = login(operation, () -> authorizer.renew(challenges, operation.scopes(), sent));
        if (renewed == null) {
            throw refusal;
        }
        HttpResponse repeated = transport.execute(withAuthorization(request, renewed));
        if (repeated.status() != 401) {
            return repeated;
        }
        try (repeated) {
            throw operation.refusal(repeated);
        }
    }

    private static HttpRequest withAuthorization(HttpRequest request, @Nullable String header) {
        return header == null ? request : request.with("Authorization", header);
    }

    /** Runs a step of logging in, so that its failures name what it was for. */
    private static @Nullable String login(Operation operation, LoginStep step) throws IOException {
        try {
            return step.run().orElse(null);
        } catch (AuthorizationException e) {
            throw operation.failure(Kind.UNAUTHORIZED, String.valueOf(e.getMessage()), e);
        } catch (TransientException e) {
            IOException cause = e.failure();
            throw new TransientException(
                    operation.failure(Kind.UNAVAILABLE, String.valueOf(cause.getMessage()), cause), e.retryAfter());
        }
    }

    /** Follows redirects of a GET or HEAD. Credentials go along only while each hop stays on the registry itself. */
    private HttpResponse followed(Operation operation, HttpRequest request, HttpResponse first) throws IOException {
        HttpResponse response = first;
        URI current = request.uri();
        boolean atHome = origin.covers(current);
        for (int hops = 0; RedirectRule.isRedirect(response); hops++) {
            try (HttpResponse left = response) {
                if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
                    throw operation.failure(
                            Kind.REJECTED,
                            "%d redirects a %s, which is not followed".formatted(left.status(), request.method()),
                            null);
                }
                if (hops == RedirectRule.MAX_REDIRECTS) {
                    throw tooManyRedirects(operation);
                }
                current = follow(operation, current, left);
            }
            atHome = atHome && origin.covers(current);
            HttpRequest next = request.to(current);
            response = atHome ? authorized(operation, next) : transport.execute(next);
        }
        return response;
    }

    private static RegistryException tooManyRedirects(Operation operation) {
        return operation.failure(Kind.REJECTED, "more than %d redirects".formatted(RedirectRule.MAX_REDIRECTS), null);
    }

    /** Marks a broken connection as worth another attempt, unless the peer could not prove who it is. */
    static IOException broken(Operation operation, ConnectionException e) {
        RegistryException failure = operation.failure(
                Kind.UNAVAILABLE, e.getMessage() + "; check the registry's address and the network between", e);
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return failure;
            }
        }
        return new TransientException(failure, null);
    }
}
