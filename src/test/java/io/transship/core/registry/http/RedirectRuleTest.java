package io.transship.core.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectRuleTest {

    private static final URI PUBLIC = URI.create("https://registry.example.com/v2/app/blobs/x");
    private static final URI PRIVATE = URI.create("https://internal.example.com/v2/app/blobs/x");

    private final RedirectRule rule = new RedirectRule(RedirectRuleTest::resolve);

    @ParameterizedTest
    @CsvSource({
        "/other?a=b, https://registry.example.com/other?a=b",
        "https://storage.example.com/data?sig=x, https://storage.example.com/data?sig=x",
        "//storage.example.com/data, https://storage.example.com/data"
    })
    void resolvesRelativeAndAbsoluteLocations(String location, String target) throws IOException {
        assertThat(rule.target(PUBLIC, PUBLIC, location)).isEqualTo(URI.create(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://storage.example.com/x",
                "ftp://storage.example.com/x",
                "https://169.254.169.254/metadata",
                "https://[fe80::1]/x",
                "https://168.63.129.16/x",
                "https://10.0.0.1/x",
                "https://192.168.1.1/x",
                "https://172.16.9.9/x",
                "https://127.0.0.1/x",
                "https://[::1]/x",
                "https://[fd00::1]/x",
                "https://100.64.0.1/x",
                "https://metadata.example.com/x",
                "https://internal.example.com/x",
                "https://[::ffff:169.254.169.254]/x",
                "https://0.0.0.0/x",
                "not a uri"
            })
    void keepsAPublicRegistryFromOurOwnNetwork(String location) {
        assertThatIOException().isThrownBy(() -> rule.target(PUBLIC, PUBLIC, location));
    }

    @Test
    void letsAPrivateRegistryNameItsNeighboursButNotThePlatform() throws IOException {
        assertThat(rule.target(PRIVATE, PRIVATE, "https://10.0.0.1/x")).hasHost("10.0.0.1");
        assertThatIOException().isThrownBy(() -> rule.target(PRIVATE, PRIVATE, "https://metadata.example.com/x"));
    }

    @Test
    void showsNoSignatureInItsRefusal() {
        assertThatIOException()
                .isThrownBy(() -> rule.target(PUBLIC, PUBLIC, "http://storage.example.com/x?sig=topsecret"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("topsecret"));
        assertThatIOException()
                .isThrownBy(() -> rule.target(PUBLIC, PUBLIC, "https://bad host/?sig=topsecret"))
                .satisfies(e -> assertThat(e).hasNoCause().hasMessageNotContaining("topsecret"));
    }

    private static InetAddress[] resolve(String host) throws UnknownHostException {
        Map<String, String> names = Map.of(
                "registry.example.com", "93.184.216.34",
                "storage.example.com", "2606:2800::1",
                "internal.example.com", "10.1.2.3",
                "metadata.example.com", "169.254.169.254");
        return InetAddress.getAllByName(names.getOrDefault(host, host));
    }
}
