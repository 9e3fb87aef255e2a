package io.transship.core.registry.auth;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.registry.auth.TrustedHosts.Plaintext;
import io.transship.core.registry.http.Origin;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedHostsTest {

    @ParameterizedTest
    @CsvSource({
        "https://registry.example.com, https://registry.example.com/token",
        "https://registry.example.com, https://Tokens.Example.Net/token",
        "https://one.azurecr.io, https://one.azurecr.io/oauth2/token",
        "https://one.azurecr.io, https://auth.azurecr.io/oauth2/token",
        "http://127.0.0.1:5000, http://127.0.0.1:5001/token"
    })
    void letsCredentialsGoToTheRegistryItsCloudAndNamedHosts(String registry, String realm) {
        assertThatCode(() -> trusted(registry).checkWithCredentials(URI.create(realm)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry.example.com, https://evil.example.com/token",
        "https://registry.example.com, https://registry.example.com.evil.net/token",
        "https://registry.example.com, http://registry.example.com/token",
        "https://registry.example.com, https://one.azurecr.io/token",
        "https://one.azurecr.io, https://one.azurecr.us/token",
        "https://one.azurecr.io, https://azurecr.io.evil.net/token"
    })
    void keepsCredentialsFromAnyOther(String registry, String realm) {
        assertThatExceptionOfType(AuthorizationException.class)
                .isThrownBy(() -> trusted(registry).checkWithCredentials(URI.create(realm)))
                .withMessageContaining(URI.create(realm).getHost());
    }

    @Test
    void asksAnyEncryptedHostAnonymously() {
        TrustedHosts trusted = trusted("https://registry.example.com");

        assertThatCode(() -> trusted.checkAnonymous(URI.create("https://elsewhere.example.org/token")))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(AuthorizationException.class)
                .isThrownBy(() -> trusted.checkAnonymous(URI.create("http://elsewhere.example.org/token")));
    }

    @ParameterizedTest
    @CsvSource({
        "https://one.azurecr.io, true",
        "https://tokens.example.net, true",
        "http://127.0.0.1:5000, true",
        "https://ghcr.io, false",
        "https://one.azurecr.cn, false",
        "https://azurecr.io, false",
        "https://one.azurecr.io.evil.net, false"
    })
    void givesEntraTokensToRegistriesOfTheOwnCloudOnly(String registry, boolean given) {
        if (given) {
            assertThatCode(() -> trusted(registry).checkEntra()).doesNotThrowAnyException();
            return;
        }
        assertThatExceptionOfType(AuthorizationException.class)
                .isThrownBy(() -> trusted(registry).checkEntra())
                .withMessageContaining(".azurecr.io");
    }

    @Test
    void trustsTheHostsOfTheCloudThatTheAppIsIn() {
        TrustedHosts china = new TrustedHosts(
                Origin.of(URI.create("https://one.azurecr.cn")),
                CloudEndpoints.AZURE_CHINA,
                Set.of(),
                Plaintext.LOOPBACK_ONLY);

        assertThatCode(china::checkEntra).doesNotThrowAnyException();
        assertThatCode(() -> china.checkWithCredentials(URI.create("https://auth.azurecr.cn/oauth2/token")))
                .doesNotThrowAnyException();
    }

    private static TrustedHosts trusted(String registry) {
        return new TrustedHosts(
                Origin.of(URI.create(registry)),
                CloudEndpoints.AZURE_PUBLIC,
                Set.of("tokens.example.net"),
                Plaintext.LOOPBACK_ONLY);
    }
}
