package io.transship.core.registry;

import static io.transship.core.registry.RegistryFailuresTest.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.cloud.SampleCloud;
import io.transship.core.http.ApacheHttpTransport;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpResponse;
import io.transship.core.http.HttpTransport;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.ScriptedServer.Answer;
import io.transship.core.registry.auth.EntraTokens;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.registry.http.RedirectRule;
import io.transship.functions.settings.AppSettings;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a registry of each cloud is called and for whom the token is made, with nothing sent to it. */
class RegistryOfCloudTest extends ScriptedRegistry {

    private final List<String> called = new ArrayList<>();
    private final List<String> scopes = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(SampleCloud.class)
    void isCalledUnderTheSuffixOfItsCloudWithATokenForIt(SampleCloud cloud) throws IOException {
        String host = cloud.registry("contoso");
        server.on(
                "GET /v2/app/tags/list",
                seen -> seen.header("Authorization").equals("Bearer access")
                        ? Answer.of(200, "{\"tags\":[\"v1\"]}")
                        : Answer.of(401)
                                .with(
                                        "WWW-Authenticate",
                                        "Bearer realm=\"https://%s/oauth2/token\",service=\"%s\",scope=\"repository:app:pull\""
                                                .formatted(host, host)));
        server.on("POST /oauth2/exchange", Answer.of(200, "{\"refresh_token\":\"refresh\"}"));
        server.on("POST /oauth2/token", Answer.of(200, "{\"access_token\":\"access\"}"));

        assertThat(open(cloud, "contoso").repository("app").tags()).containsExactly("v1");

        assertThat(called)
                .containsExactly(
                        "https://" + host + "/v2/app/tags/list?n=500",
                        "https://" + host + "/oauth2/exchange",
                        "https://" + host + "/oauth2/token",
                        "https://" + host + "/v2/app/tags/list?n=500");
        assertThat(scopes).containsExactly(cloud.registryScope());
        assertThat(server.seen("POST /oauth2/exchange").getFirst().body())
                .isEqualTo("grant_type=access_token&service=%s&access_token=entra".formatted(host));
    }

    @Test
    void aRegistryOfAnotherCloudGetsNoToken() {
        server.on(
                "GET /v2/app/tags/list",
                Answer.of(401).with("WWW-Authenticate", "Bearer realm=\"https://contoso.azurecr.us/oauth2/token\""));
        AppSettings settings = AppSettings.of(Map.of(
                "TRANSSHIP_REGISTRIES", "{\"gov\":{\"loginServer\":\"contoso.azurecr.us\"}}",
                "TRANSSHIP_ALLOWED_HOSTS", "contoso.azurecr.us"));

        assertFailure(
                        Kind.UNAUTHORIZED,
                        () -> open(settings, "gov").repository("app").tags())
                .withMessageContaining("'contoso.azurecr.us' is not an Azure Container Registry of this cloud");
        assertThat(scopes).isEmpty();
    }

    private Registry open(SampleCloud cloud, String name) {
        AppSettings settings = AppSettings.of(cloud.settings());
        assertThat(settings.problems()).isEmpty();
        settings.allowedHosts().require(cloud.registry(name), "registry");
        // Where a registry gives out its content, if it has dedicated data endpoints.
        settings.allowedHosts().require(cloud.registry(name + ".region.data"), "data endpoint");
        return open(settings, name);
    }

    private Registry open(AppSettings settings, String name) {
        RegistryDirectory.Entry entry = settings.registries().find(name);
        EntraTokens tokens = scope -> {
            scopes.add(scope);
            return "entra";
        };
        return new RegistryClient(
                RegistrySettings.of(
                                entry.loginServer(),
                                new RegistryCredential.Entra(
                                        tokens, settings.cloud().registryScope()))
                        .withCloud(settings.cloud())
                        .withTokenHosts(entry.tokenHosts()),
                new Diverted(),
                new RedirectRule());
    }

    /** Writes down where each request would go, and lets the scripted server answer it. */
    private final class Diverted implements HttpTransport {

        private final HttpTransport transport = new ApacheHttpTransport();

        @Override
        public HttpResponse execute(HttpRequest request) throws IOException {
            called.add(request.uri().toString());
            URI here = server.address().resolve(request.uri().getRawPath());
            return transport.execute(new HttpRequest(request.method(), here, request.headers(), request.body()));
        }

        @Override
        public void close() {
            transport.close();
        }
    }
}
