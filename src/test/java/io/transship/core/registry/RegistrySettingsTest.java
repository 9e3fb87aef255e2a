package io.transship.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.transship.core.registry.auth.RegistryCredential.Anonymous;
import io.transship.core.registry.auth.TrustedHosts.Plaintext;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {

    @Test
    void takesALoginServerForHttps() {
        assertThat(RegistrySettings.of("example.azurecr.io", new Anonymous()).address())
                .isEqualTo(URI.create("https://example.azurecr.io"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://127.0.0.1:5000", "http://localhost:5000", "http://[::1]:5000", "https://example.com/"})
    void takesHttpsAnywhereAndHttpOnThisMachine(String address) {
        assertThat(RegistrySettings.of(address, new Anonymous()).address()).hasToString(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.com", "http://127.example.com", "http://localhost.example.com"})
    void refusesHttpElsewhereUnlessAllowed(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegistrySettings.of(address, new Anonymous()))
                .withMessageContaining("plain http");
    }

    @Test
    void takesHttpWhereItIsAllowed() {
        RegistrySettings loopback = RegistrySettings.of("http://127.0.0.1:5000", new Anonymous());
        RegistrySettings allowed = loopback.withPlaintext(Plaintext.ALLOWED);

        assertThat(new RegistrySettings(
                                URI.create("http://registry.example.com"),
                                allowed.credential(),
                                allowed.cloud(),
                                allowed.tokenHosts(),
                                allowed.plaintext(),
                                allowed.retryPolicy(),
                                allowed.clock(),
                                allowed.sleeper(),
                                allowed.random(),
                                allowed.retries(),
                                allowed.pacing())
                        .address())
                .hasHost("registry.example.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.com",
                "https:///",
                "https://example.com/path",
                "https://u:p@example.com",
                "https://example.com?x=1"
            })
    void refusesWhatIsNotTheAddressOfAServer(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegistrySettings.of(address, new Anonymous()))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("u:p"));
    }
}
