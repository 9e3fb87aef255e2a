package io.transship.bench.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.local.artifacts.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredGzipOutputStreamTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_534, 65_535, 65_536, 200_000})
    void theJdkReadsWhatWasWritten(int size) throws IOException {
        byte[] content = content(size);
        byte[] zipped = zipped(content, 7_777);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes())
                .isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 65_535, 100_000})
    void theBytesDoNotDependOnHowTheyAreHandedOver(int piece) throws IOException {
        assertThat(Sha256.of(zipped(content(100_000), piece)))
                .isEqualTo("sha256:ac1e7207e408fd944d24e6efd5935ec584252577fb7b849d669fb09c18253c7b");
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new SplittableRandom(1).nextBytes(content);
        return content;
    }

    private static byte[] zipped(byte[] content, int piece) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new StoredGzipOutputStream(out)) {
            for (int done = 0; done < content.length; done += piece) {
                gzip.write(content, done, Math.min(piece, content.length - done));
            }
        }
        return out.toByteArray();
    }
}
