package io.transship.core.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {

    private static final String DIGEST = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @ParameterizedTest
    @CsvSource({
        "app, app, latest",
        "samples/app:v1, samples/app, v1",
        "a/b-c/d__e.f:V_1.0-x, a/b-c/d__e.f, V_1.0-x",
        "a--b:1, a--b, 1"
    })
    void readsRepositoryAndTag(String text, String repository, String tag) {
        assertThat(Reference.parse(text)).isEqualTo(Reference.ofTag(repository, tag));
    }

    @Test
    void readsADigestAndWritesTheSame() {
        Reference reference = Reference.parse("samples/app@" + DIGEST);

        assertThat(reference).isEqualTo(Reference.ofDigest("samples/app", Digest.parse(DIGEST)));
        assertThat(reference).hasToString("samples/app@" + DIGEST);
        assertThat(reference.tagOrDigest()).isEqualTo(DIGEST);
        assertThat(Reference.parse("app:v1")).hasToString("app:v1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":v1",
                "app:",
                "App:v1",
                "app:v 1",
                "app@sha256:abc",
                "app:v1@" + DIGEST,
                "registry.example.com:5000/app",
                "app//x",
                "/app",
                "app/",
                "-app",
                "app:.v1",
                "app/../x:v1",
                "app___x:v1",
                "app:v1?x",
                "app:v1/../v2"
            })
    void refusesWhatIsNoName(String text) {
        assertThatExceptionOfType(InvalidReferenceException.class).isThrownBy(() -> Reference.parse(text));
    }

    @Test
    void boundsTheLengthOfNamesAndTags() {
        assertThat(Reference.ofTag("a".repeat(255), "t".repeat(128)).tag()).hasSize(128);
        assertThatExceptionOfType(InvalidReferenceException.class)
                .isThrownBy(() -> Reference.ofTag("a".repeat(256), "t"));
        assertThatExceptionOfType(InvalidReferenceException.class)
                .isThrownBy(() -> Reference.ofTag("a", "t".repeat(129)));
    }

    @Test
    void isNamedInExactlyOneWay() {
        assertThatExceptionOfType(InvalidReferenceException.class).isThrownBy(() -> new Reference("app", null, null));
        assertThatExceptionOfType(InvalidReferenceException.class)
                .isThrownBy(() -> new Reference("app", "v1", Digest.parse(DIGEST)));
    }
}
