package io.transship.core.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactedUriTest {

    @ParameterizedTest
    @CsvSource({
        "https://host/path, https://host/path",
        "https://host:8443/v2/a?n=5&last=b, https://host:8443/v2/a?n=5&last=b",
        "https://host/x?sig=abc&se=2026&comp=block, https://host/x?sig=REDACTED&se=REDACTED&comp=block",
        "https://host/x?X-Amz-Signature=abc, https://host/x?X-Amz-Signature=REDACTED",
        "https://host/x?token, https://host/x?REDACTED",
        "https://user:password@host/x, https://host/x",
        "https://host/x#secret, https://host/x",
        "/v2/a?_state=abc, /v2/a?_state=REDACTED"
    })
    void showsOnlyWhatIsKnownToBeHarmless(URI uri, String text) {
        assertThat(RedactedUri.of(uri)).isEqualTo(text);
    }
}
