package io.transship.core.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {

    private static final String EMPTY = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void knowsTheDigestOfNothing() {
        assertThat(Digest.sha256Of(new byte[0])).hasToString(EMPTY).isEqualTo(Digest.parse(EMPTY));
    }

    @Test
    void computesSha512() {
        Digest digest = Digest.of(Digest.Algorithm.SHA512, "abc".getBytes(StandardCharsets.US_ASCII));

        assertThat(digest.toString()).startsWith("sha512:ddaf35a193617aba");
        assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
    }

    @Test
    void shortensForPeople() {
        assertThat(Digest.parse(EMPTY).shortHex()).isEqualTo("e3b0c44298fc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256",
                "sha256:",
                "sha256:abc",
                "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "sha256:../../../../etc/passwd",
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 "
            })
    void refusesWhatCannotBeVerified(String text) {
        assertThatExceptionOfType(InvalidReferenceException.class).isThrownBy(() -> Digest.parse(text));
    }

    @Test
    void keepsItsMessageShort() {
        assertThatExceptionOfType(InvalidReferenceException.class)
                .isThrownBy(() -> Digest.parse("sha256:" + "x".repeat(100_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }
}
