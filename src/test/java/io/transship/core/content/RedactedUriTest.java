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

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "artifact 'https://a/b?sig=hush&n=1' is wrong, see x | artifact 'https://a/b?sig=REDACTED&n=1' is wrong, see x",
                "'?sv=1&se=2&sig=hu%2Fsh': is none | '?sv=REDACTED&se=REDACTED&sig=REDACTED': is none",
                "sv=1&sig=hush&se=2 | sv=1&sig=REDACTED&se=2",
                "GET https://me:hush@host/x | GET https://host/x",
                "call it with ?api-version=2025-06-01-preview | call it with ?api-version=2025-06-01-preview",
                "is it right? a=b | is it right? a=b"
            })
    void takesWhatMayBeSecretOutOfAText(String text, String shown) {
        assertThat(RedactedUri.within(text)).isEqualTo(shown);
    }
}
