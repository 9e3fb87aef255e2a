package io.transship.core.registry;

import io.transship.core.content.RetryListener;
import io.transship.core.http.ApacheHttpTransport;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpTransport;
import io.transship.core.registry.auth.Authorizer;
import io.transship.core.registry.auth.Scopes;
import io.transship.core.registry.auth.TrustedHosts;
import io.transship.core.registry.http.Origin;
import io.transship.core.registry.http.RedirectRule;
import io.transship.core.registry.http.Retries;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A registry reached over the distribution API. Thread-safe; remembers tokens and how large a request body the registry
 * takes, and holds connections until it is closed.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">distribution-spec 1.1</a>
 */
public final class RegistryClient implements Registry {

    /** Names asked for at once in a list; registries cap it, and some refuse more than a thousand. */
    static final int PAGE = 500;

    /** How a client says to Azure's registries what it is. */
    private static final Map<String, String> SOURCE_CLIENT = Map.of("X-Meta-Source-Client", "azure/functions");

    private final String name;
    private final HttpTransport transport;
    private final RegistryExchange exchange;
    private final AtomicInteger pieceBytes = new AtomicInteger(BlobUpload.UNLIMITED);

    /** Makes a client with connections of its own; no request is made. */
    public RegistryClient(RegistrySettings settings) {
        this(settings, ApacheHttpTransport.sending(SOURCE_CLIENT), new RedirectRule());
    }

    RegistryClient(RegistrySettings settings, HttpTransport transport, RedirectRule redirects) {
        this.transport = settings.pacing().pace(transport);
        URI home = settings.address();
        this.name = home.getRawAuthority();
        Retries retries = new Retries(
                settings.retryPolicy(),
                settings.sleeper(),
                settings.random(),
                settings.clock(),
                failure -> settings.retries().triesAgain(reason(failure)));
        Authorizer authorizer = new Authorizer(
                home,
                settings.credential(),
                new TrustedHosts(Origin.of(home), settings.cloud(), settings.tokenHosts(), settings.plaintext()),
                this.transport,
                retries,
                settings.clock());
        this.exchange = new RegistryExchange(home, this.transport, authorizer, retries, redirects);
    }

    private static RetryListener.Reason reason(IOException failure) {
        return failure instanceof RegistryException refusal && refusal.kind() == RegistryException.Kind.THROTTLED
                ? RetryListener.Reason.THROTTLED
                : RetryListener.Reason.UNAVAILABLE;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Repository repository(String repository) {
        return new RemoteRepository(exchange, name, repository, pieceBytes);
    }

    @Override
    public void login() throws IOException {
        Operation operation = new Operation(name, "logging in", Scopes.NONE);
        exchange.run(operation, HttpRequest.of("GET", exchange.endpoint("")), response -> {
            if (!response.isSuccess()) {
                throw operation.refusal(response);
            }
            return response.status();
        });
    }

    @Override
    public List<String> catalog() throws IOException {
        Operation operation = new Operation(name, "listing repositories", Scopes.CATALOG);
        return new PagedList(exchange, operation, "repositories").read("_catalog?n=" + PAGE);
    }

    @Override
    public void close() {
        transport.close();
    }
}
