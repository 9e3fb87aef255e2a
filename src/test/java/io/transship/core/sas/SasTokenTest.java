package io.transship.core.sas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SasTokenTest {

    private static final String CONTAINER =
            "sv=2024-11-04&sr=c&sp=racwl&st=2026-01-01T00%3A00%3A00Z&se=2026-02-01T00%3A00%3A00Z&spr=https&sig=c2ln%2BbmF%2F0dXI%3D";

    @Test
    void readsServiceSasWithOrWithoutQuestionMark() {
        SasToken token = SasToken.parse(" ?" + CONTAINER + "\n");

        assertThat(token).isEqualTo(SasToken.parse(CONTAINER)).hasSameHashCodeAs(SasToken.parse(CONTAINER));
        assertThat(token.kind()).isEqualTo(SasToken.Kind.SERVICE);
        assertThat(token.permissions())
                .containsExactly(
                        SasPermission.READ,
                        SasPermission.ADD,
                        SasPermission.CREATE,
                        SasPermission.WRITE,
                        SasPermission.LIST);
        assertThat(token.start()).contains(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(token.expiry()).contains(Instant.parse("2026-02-01T00:00:00Z"));
        assertThat(token.isHttpsOnly()).isTrue();
        assertThat(token.isSigned()).isTrue();
        assertThat(token.toQuery()).isEqualTo(CONTAINER);
    }

    @Test
    void readsWhatTheAzCommandPrints() {
        SasToken token = SasToken.parse(
                "?se=2026-12-24T19%3A03Z&sp=rawl&spr=https&sv=2021-06-08&sr=c&sig=L1wovausPqvJX/AI5eN4ieAXhOsvgDHI%3D\r\n");

        assertThat(token.kind()).isEqualTo(SasToken.Kind.SERVICE);
        assertThat(token.expiry()).contains(Instant.parse("2026-12-24T19:03:00Z"));
        assertThat(token.toQuery()).endsWith("&sig=L1wovausPqvJX%2FAI5eN4ieAXhOsvgDHI%3D");
    }

    @Test
    void readsAccountSas() {
        SasToken token =
                SasToken.parse("sv=2024-11-04&ss=bfqt&srt=sco&sp=rwdlacupiytfx&se=2026-02-01&spr=https,http&sig=AAAA");

        assertThat(token.kind()).isEqualTo(SasToken.Kind.ACCOUNT);
        assertThat(token.services()).contains("bfqt");
        assertThat(token.resourceTypes()).contains("sco");
        assertThat(token.isHttpsOnly()).isFalse();
        assertThat(token.expiry()).contains(Instant.parse("2026-02-01T00:00:00Z"));
    }

    @Test
    void delegatedSasLivesNoLongerThanItsKey() {
        SasToken token =
                SasToken.parse("sv=2024-11-04&sr=c&sp=rl&st=2026-01-01T00:00Z&se=2026-01-09T00:00Z&skoid=o&sktid=t"
                        + "&skt=2026-01-02T00:00:00Z&ske=2026-01-08T00:00:00Z&sks=b&skv=2024-11-04&sig=AAAA");

        assertThat(token.kind()).isEqualTo(SasToken.Kind.USER_DELEGATION);
        assertThat(token.start()).contains(Instant.parse("2026-01-02T00:00:00Z"));
        assertThat(token.expiry()).contains(Instant.parse("2026-01-08T00:00:00Z"));
    }

    @Test
    void keepsPlusOfSignatureThatWasStoredWithoutEncoding() {
        SasToken token = SasToken.parse("sv=2024-11-04&sr=c&sp=rl&se=2026-01-09&sig=a+b/c=");

        assertThat(token.toQuery()).endsWith("sig=a%2Bb%2Fc%3D");
    }

    @Test
    void textShowsKindAndRightsAndTimesButNoSignature() {
        assertThat(SasToken.parse(CONTAINER))
                .hasToString(
                        "service SAS (permissions 'racwl', from 2026-01-01T00:00:00Z, until 2026-02-01T00:00:00Z)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ""                                                   | empty
            ?                                                    | empty
            https://a.blob.core.windows.net/c?sv=1&sr=c&sig=hush | whole URL
            sv=1&amp;sr=c&amp;sig=hush                           | HTML-encoded
            SharedAccessSignature=sv=1&sr=c&sig=hush             | connection string
            BlobEndpoint=https;SharedAccessSignature=sv=1        | connection string
            sv=1&sr=c&si g=hush                                  | space
            hush                                                 | name=value
            sv=1&hush                                            | name=value
            sr=c&sp=r&sig=hush                                   | no 'sv'
            sv=1&sp=r&sig=hush                                   | neither 'sr'
            sv=1&sr=c&sp=r&sp=w&sig=hush                         | 'sp' twice
            sv=1&sr=c&hush=r&hush=w                              | a parameter twice
            sv=1&sr=c&sp=&sig=hush                               | no value for parameter 'sp'
            sv=1&sr=c&sp=r&sig=hush%2                            | broken %-escape in parameter 'sig'
            sv=1&sr=c&sp=r&se=hush&sig=hush                      | 'se' is not a time
            sv=1&sr=c&sp=hush!&sig=hush                          | 'sp' must be letters
            sv=hush&sr=c&sp=r&sig=hush                           | 'sv' is not a version
            """)
    void saysWhatIsWrongWithoutShowingIt(String text, String reason) {
        assertThatThrownBy(() -> SasToken.parse(text))
                .isInstanceOf(InvalidSasException.class)
                .hasMessageContaining(reason)
                .hasNoCause()
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain("hush");
    }
}
