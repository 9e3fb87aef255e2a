package io.transship.core.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.oci.Descriptor;
import io.transship.core.oci.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VerifyingInputStreamTest {

    private static final byte[] CONTENT = "some content".getBytes(StandardCharsets.US_ASCII);
    private static final Descriptor DESCRIPTOR = Descriptor.of(MediaType.OCI_LAYER, CONTENT);

    @Test
    void passesOnWhatIsRight() throws IOException {
        try (VerifyingInputStream in = open(CONTENT)) {
            assertThat(in.isVerified()).isFalse();
            assertThat(in.readAllBytes()).isEqualTo(CONTENT);
            assertThat(in.isVerified()).isTrue();
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void checksEveryByteThatIsReadAloneOrSkipped() throws IOException {
        try (VerifyingInputStream in = open(CONTENT)) {
            assertThat(in.read()).isEqualTo('s');
            assertThat(in.skip(100)).isEqualTo(CONTENT.length - 1);
            assertThat(in.isVerified()).isTrue();
        }
    }

    @Test
    void neverHandsOutTheLastBytesOfDamagedContent() throws IOException {
        byte[] damaged = CONTENT.clone();
        damaged[0]++;
        try (VerifyingInputStream in = open(damaged)) {
            assertThat(in.readNBytes(CONTENT.length - 1)).hasSize(CONTENT.length - 1);
            assertThatExceptionOfType(ContentMismatchException.class)
                    .isThrownBy(in::read)
                    .withMessageContaining(DESCRIPTOR.digest().toString())
                    .satisfies(e -> assertThat(e.expected()).isEqualTo(DESCRIPTOR));
            assertThat(in.isVerified()).isFalse();
        }
    }

    @Test
    void noticesContentThatEndsEarly() throws IOException {
        try (VerifyingInputStream in = open(Arrays.copyOf(CONTENT, 5))) {
            assertThatExceptionOfType(ContentMismatchException.class)
                    .isThrownBy(in::readAllBytes)
                    .withMessageContaining("ended after 5 bytes; expected 12");
        }
    }

    @Test
    void leavesWhatFollowsTheContent() throws IOException {
        InputStream both = new ByteArrayInputStream(Arrays.copyOf(CONTENT, CONTENT.length + 3));

        assertThat(new VerifyingInputStream(both, DESCRIPTOR).readAllBytes()).isEqualTo(CONTENT);
        assertThat(both.readAllBytes()).hasSize(3);
    }

    @Test
    void verifiesNothingAtOnce() throws IOException {
        Descriptor nothing = Descriptor.of(MediaType.OCI_LAYER, new byte[0]);

        assertThat(new VerifyingInputStream(InputStream.nullInputStream(), nothing).isVerified())
                .isTrue();
        assertThatExceptionOfType(ContentMismatchException.class)
                .isThrownBy(() -> new VerifyingInputStream(
                        InputStream.nullInputStream(), new Descriptor(MediaType.OCI_LAYER, DESCRIPTOR.digest(), 0)));
    }

    private static VerifyingInputStream open(byte[] bytes) throws IOException {
        return new VerifyingInputStream(new ByteArrayInputStream(bytes), DESCRIPTOR);
    }
}
