package io.transship.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The token endpoint of Entra for applications that prove themselves by a token of another issuer instead of a secret. It
 * is the authority of a cut-off cloud: instance discovery is not answered, so that whoever tries it fails. Its tokens are
 * unsigned, as those of {@link IdentityServer}. Safe for use by several threads.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential">
 *     Client credentials with a federated credential</a>
 */
public final class EntraServer implements AutoCloseable {

    private static final String ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final String ANY = "/.default";
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Clock clock;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<String> unexpected = new CopyOnWriteArrayList<>();

    /**
     * A token that was given out.
     *
     * @param assertion the token that proved the application
     */
    public record Request(String tenant, String clientId, String scope, String assertion) {

        /** For whom the assertion was made. */
        public String audience() throws IOException {
            return UnsignedToken.claim(assertion, "aud");
        }
    }

    private EntraServer(HttpsServer server, Clock clock) {
        this.server = server;
        this.clock = clock;
    }

    /** Starts on a free port of 127.0.0.1. */
    public static EntraServer start(Certificates certificates, Clock clock) throws IOException {
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(certificates.sslContext()));
        EntraServer entra = new EntraServer(https, clock);
        https.createContext("/", entra::handle);
        https.setExecutor(entra.threads);
        https.start();
        return entra;
    }

    /** Value for the setting {@code TRANSSHIP_CLOUD_AUTHORITY_HOST}. */
    public URI address() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What was granted up to now, in order. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Paths that were asked for and are no token endpoint. */
    public List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private void handle(HttpExchange raw) throws IOException {
        JsonExchange exchange = new JsonExchange(raw);
        String[] path = exchange.path();
        if (path.length != 4 || !raw.getRequestURI().getPath().endsWith("/oauth2/v2.0/token")) {
            unexpected.add(raw.getRequestURI().getPath());
            exchange.answer(404, Map.of("error", "not_found"));
            return;
        }
        Map<String, String> form = exchange.form();
        String assertion = form.getOrDefault("client_assertion", "");
        if (!form.getOrDefault("grant_type", "").equals("client_credentials")
                || !form.getOrDefault("client_assertion_type", "").equals(ASSERTION)
                || assertion.isEmpty()) {
            exchange.answer(
                    401,
                    Map.of(
                            "error",
                            "invalid_client",
                            "error_description",
                            "AADSTS7000215: Invalid client secret or assertion provided."));
            return;
        }
        // The library adds words that say nothing to an application: openid, profile, offline_access.
        String scope = Arrays.stream(form.getOrDefault("scope", "").split(" ", -1))
                .filter(word -> word.endsWith(ANY))
                .findFirst()
                .orElse("");
        Request request = new Request(path[0], form.getOrDefault("client_id", ""), scope, assertion);
        requests.add(request);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("token_type", "Bearer");
        answer.put("expires_in", LIFETIME.toSeconds());
        answer.put("access_token", token(request));
        exchange.answer(200, answer);
    }

    private String token(Request request) throws IOException {
        String audience = request.scope().replace(ANY, "");
        return UnsignedToken.of(request.tenant(), request.clientId(), audience, clock.instant(), LIFETIME);
    }
}
