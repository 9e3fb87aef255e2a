package io.transship.core.registry;

import static io.transship.core.registry.RegistryFailuresTest.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.MediaType;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.ScriptedServer.Answer;
import io.transship.core.registry.ScriptedServer.Seen;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.registry.auth.RegistryCredential.Anonymous;
import io.transship.core.registry.auth.RegistryCredential.Basic;
import io.transship.core.registry.auth.RegistryCredential.Entra;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Every way of logging in, seen from the registry's side. */
class RegistryLoginTest extends ScriptedRegistry {

    private static final String TAGS = "GET /v2/app/tags/list";
    private static final Answer NO_TAGS = Answer.of(200, "{\"tags\":[]}");

    /** Tokens that the scripted registry accepts. */
    private final Set<String> valid = ConcurrentHashMap.newKeySet();

    private final AtomicInteger issued = new AtomicInteger();

    @Test
    void sendsBasicCredentialsOnlyOnceAskedTo() throws IOException {
        server.on(TAGS, seen -> basic(seen, "user", "pass") ? NO_TAGS : wantsBasic());

        Repository app = app(settings(new Basic("user", () -> "pass")));
        app.tags();
        app.tags();

        assertThat(server.seen(TAGS).getFirst().header("Authorization")).isEmpty();
        assertThat(server.seen(TAGS)).hasSize(3);
    }

    @Test
    void readsARotatedPasswordAgainAfterARefusal() throws IOException {
        List<String> passwords = List.of("old", "new");
        AtomicInteger reads = new AtomicInteger();
        server.on(TAGS, seen -> basic(seen, "user", "new") ? NO_TAGS : wantsBasic());

        Repository app = app(settings(new Basic("user", () -> passwords.get(reads.getAndIncrement()))));
        assertFailure(Kind.UNAUTHORIZED, app::tags);
        assertThat(app.tags()).isEmpty();

        assertThat(reads).hasValue(2);
    }

    @Test
    void saysThatCredentialsAreWrongAndShowsNone() {
        server.on(TAGS, wantsBasic());

        assertFailure(
                        Kind.UNAUTHORIZED,
                        () -> app(settings(new Basic("user", () -> "pass-word")))
                                .tags())
                .withMessageContaining("401")
                .withMessageContaining("check the user name and password")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("pass-word"));
        assertThat(waits).isEmpty();
    }

    @Test
    void saysThatCredentialsAreMissing() {
        server.on(TAGS, wantsBasic());

        assertFailure(Kind.UNAUTHORIZED, () -> app().tags()).withMessageContaining("configure them");
    }

    @Test
    void getsATokenWithCredentialsAndKeepsIt() throws IOException {
        server.on(TAGS, seen -> bearer(seen) ? NO_TAGS : wantsToken("app:pull"));
        server.on("GET /token", seen -> basic(seen, "user", "pass") ? token(300) : Answer.of(401));

        Repository app = app(settings(new Basic("user", () -> "pass")));
        app.tags();
        app.tags();

        assertThat(server.seen("GET /token"))
                .singleElement()
                .satisfies(seen ->
                        assertThat(seen.target()).isEqualTo("/token?service=test&scope=repository%3Aapp%3Apull"));
        clock.advance(Duration.ofSeconds(241));
        app.tags();
        assertThat(server.seen("GET /token")).hasSize(2);
        assertThat(server.seen(TAGS)).hasSize(4);
    }

    @Test
    void asksATokenServiceAgainWithARotatedPassword() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        server.on(TAGS, seen -> bearer(seen) ? NO_TAGS : wantsToken("app:pull"));
        server.on("GET /token", seen -> basic(seen, "user", "new") ? token(300) : Answer.of(401));

        app(settings(new Basic("user", () -> reads.getAndIncrement() == 0 ? "old" : "new")))
                .tags();

        assertThat(reads).hasValue(2);
    }

    @Test
    void getsAnAnonymousToken() throws IOException {
        server.on(TAGS, seen -> bearer(seen) ? NO_TAGS : wantsToken("app:pull"));
        server.on("GET /token", seen -> seen.header("Authorization").isEmpty() ? token(300) : Answer.of(401));

        assertThat(app(settings(new Anonymous())).tags()).isEmpty();
    }

    @Test
    void renewsATokenThatExpiresBetweenThePiecesOfAnUpload() throws IOException {
        byte[] content = "some content".getBytes(StandardCharsets.US_ASCII);
        Descriptor blob = Descriptor.of(MediaType.OCI_LAYER, content);
        server.on("GET /token", seen -> token(300));
        server.on("POST /v2/app/blobs/uploads/", seen -> {
            if (!bearer(seen)) {
                return wantsToken("app:pull,push");
            }
            valid.clear();
            return Answer.of(202).with("Location", "/v2/app/blobs/uploads/1");
        });
        server.on("PUT /v2/app/blobs/uploads/1", seen -> bearer(seen) ? Answer.of(201) : wantsToken("app:pull,push"));

        app().put(blob, () -> new ByteArrayInputStream(content));

        assertThat(server.seen("PUT /v2/app/blobs/uploads/1"))
                .hasSize(2)
                .allSatisfy(seen -> assertThat(seen.body()).isEqualTo("some content"));
        assertThat(issued).hasValue(2);
        assertThat(waits).isEmpty();
    }

    @Test
    void asksForTheSourceTooWhenMounting() throws IOException {
        server.on("GET /token", seen -> token(300));
        server.on("POST /v2/app/blobs/uploads/", seen -> bearer(seen) ? Answer.of(201) : wantsToken("app:pull,push"));

        app().mount(Descriptor.of(MediaType.OCI_LAYER, new byte[1]), "base");

        assertThat(server.seen("GET /token").getFirst().target())
                .contains("scope=repository%3Aapp%3Apull%2Cpush&scope=repository%3Abase%3Apull");
    }

    @Test
    void saysWhichRightIsMissing() {
        server.on("GET /token", seen -> token(300));
        server.on(
                TAGS,
                seen -> Answer.of(401)
                        .with(
                                "WWW-Authenticate",
                                "Bearer realm=\"%s/token\",service=\"test\",error=\"insufficient_scope\""
                                        .formatted(server.address())));

        assertFailure(Kind.FORBIDDEN, () -> app().tags()).withMessageContaining("repository:app:pull");
        assertThat(issued).hasValue(1);
    }

    @Test
    void saysThatTheRightToPushIsMissing() {
        server.on("GET /token", seen -> token(300));
        server.on(
                "POST /v2/app/blobs/uploads/",
                seen -> bearer(seen)
                        ? Answer.of(403, "{\"errors\":[{\"code\":\"DENIED\"}]}")
                        : wantsToken("app:pull,push"));

        assertFailure(Kind.FORBIDDEN, () -> app().checkPush()).withMessageContaining("repository:app:pull,push");
    }

    @Test
    void cancelsTheUploadThatProvedTheRightToPush() throws IOException {
        server.on("POST /v2/app/blobs/uploads/", Answer.of(202).with("Location", "/v2/app/blobs/uploads/1"));
        server.on("DELETE /v2/app/blobs/uploads/1", Answer.of(204));

        app().checkPush();

        assertThat(server.seen()).map(Seen::method).containsExactly("POST", "DELETE");
    }

    @Test
    void waitsForATokenServiceThatIsBusy() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        server.on(TAGS, seen -> bearer(seen) ? NO_TAGS : wantsToken("app:pull"));
        server.on(
                "GET /token",
                seen -> asked.getAndIncrement() == 0 ? Answer.of(503).with("Retry-After", "2") : token(300));

        app().tags();

        assertThat(waits).containsExactly(Duration.ofSeconds(2));
    }

    @Test
    void exchangesAnEntraTokenForATokenOfTheRegistry() throws IOException {
        server.on(TAGS, seen -> bearer(seen) ? NO_TAGS : wantsToken("app:pull"));
        server.on(
                "POST /oauth2/exchange",
                seen -> seen.body().equals("grant_type=access_token&service=test&access_token=entra-token")
                        ? Answer.of(200, "{\"refresh_token\":\"refresh\"}")
                        : Answer.of(400));
        server.on(
                "POST /oauth2/token",
                seen -> seen.body()
                                .equals("grant_type=refresh_token&service=test&refresh_token=refresh"
                                        + "&scope=repository%3Aapp%3Apull")
                        ? token(0)
                        : Answer.of(400));

        Entra entra = new Entra(
                scope ->
                        scope.equals("https://containerregistry.azure.net/.default") ? "entra-token" : "wrong-audience",
                CloudEndpoints.AZURE_PUBLIC.registryScope());
        Repository app = app(settings(entra));
        app.tags();
        clock.advance(Duration.ofMinutes(5));
        app.tags();

        assertThat(server.seen("POST /oauth2/exchange")).hasSize(1);
        assertThat(server.seen("POST /oauth2/token")).hasSize(2);
    }

    @Test
    void logsInWithoutAskingForAnyRight() throws IOException {
        server.on(
                "GET /v2/",
                seen -> bearer(seen)
                        ? Answer.of(200, "{}")
                        : Answer.of(401)
                                .with(
                                        "WWW-Authenticate",
                                        "Bearer realm=\"%s/token\",service=\"test\"".formatted(server.address())));
        server.on("POST /oauth2/exchange", Answer.of(200, "{\"refresh_token\":\"refresh\"}"));
        server.on(
                "POST /oauth2/token",
                seen -> seen.body().equals("grant_type=refresh_token&service=test&refresh_token=refresh")
                        ? token(60)
                        : Answer.of(400));

        client(settings(new Entra(scope -> "entra-token", CloudEndpoints.AZURE_PUBLIC.registryScope())))
                .login();

        assertThat(issued).hasValue(1);
    }

    @Test
    void startsTheExchangeOverWhenARefreshTokenIsRefused() throws IOException {
        AtomicInteger exchanges = new AtomicInteger();
        server.on(TAGS, seen -> bearer(seen) ? NO_TAGS : wantsToken("app:pull"));
        server.on(
                "POST /oauth2/exchange",
                seen -> Answer.of(200, "{\"refresh_token\":\"refresh%d\"}".formatted(exchanges.incrementAndGet())));
        server.on(
                "POST /oauth2/token",
                seen -> seen.body().contains("refresh_token=refresh" + exchanges.get()) && valid.isEmpty()
                        ? token(60)
                        : rejectOnce());

        Repository app = app(settings(new Entra(scope -> "entra-token", CloudEndpoints.AZURE_PUBLIC.registryScope())));
        app.tags();
        clock.advance(Duration.ofMinutes(5));
        app.tags();

        assertThat(exchanges).hasValue(2);
    }

    @Test
    void sendsNoCredentialsToAHostThatTheRegistryMerelyNames() {
        URI hostile = URI.create("https://tokens.example.com/token");
        server.on(TAGS, Answer.of(401).with("WWW-Authenticate", "Bearer realm=\"%s\"".formatted(hostile)));

        RegistryCredential credential = new Basic("user", () -> "pass");
        assertFailure(Kind.UNAUTHORIZED, () -> app(settings(credential)).tags())
                .withMessageContaining("tokens.example.com")
                .withMessageContaining("token hosts");
    }

    private Answer rejectOnce() {
        valid.clear();
        return Answer.of(401);
    }

    private static Answer wantsBasic() {
        return Answer.of(401).with("WWW-Authenticate", "Basic realm=\"test\"");
    }

    private Answer wantsToken(String scope) {
        return Answer.of(401)
                .with(
                        "WWW-Authenticate",
                        "Bearer scope=\"repository:%s\",realm=\"%s/token\",service=\"test\""
                                .formatted(scope, server.address()));
    }

    private Answer token(int seconds) {
        String token = "token-" + issued.incrementAndGet();
        valid.add(token);
        return Answer.of(200, "{\"access_token\":\"%s\",\"expires_in\":%d}".formatted(token, seconds));
    }

    private boolean bearer(Seen seen) {
        return valid.stream().anyMatch(token -> seen.header("Authorization").equals("Bearer " + token));
    }

    private static boolean basic(Seen seen, String user, String password) {
        return seen.header("Authorization")
                .equals("Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }
}
