package io.transship.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.transship.core.archive.tar.TarBytes;
import io.transship.core.content.ContentGraph;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, reading ends with the right content or with an error that can be reported. */
final class DamagedArchiveTest {

    private static final int ROUNDS = 3000;
    private static final long SEED = 20260102;

    private final SampleArtifacts samples = new SampleArtifacts();

    private ContentGraph artifact() throws IOException {
        Descriptor sha512 = samples.blob(Digest.Algorithm.SHA512, MediaType.OCI_LAYER, SampleArtifacts.random(4, 100));
        return samples.index(samples.image("one", samples.layer(1, 600), sha512), samples.image("two", sha512));
    }

    @Test
    void neverCrashesOnOurs() throws IOException {
        ArchivePlan plan =
                ArchivePlanner.plan("", List.of(new PlannedArtifact("team/app", List.of("v1"), artifact())), List.of());
        damage(samples.archive(plan));
    }

    @Test
    void neverCrashesOnAnotherTools() throws IOException {
        ContentGraph graph = artifact();
        TarBytes tar = new TarBytes().layout();
        graph.blobs().forEach(blob -> {
            if (blob.digest().algorithm() == Digest.Algorithm.SHA512) {
                tar.pax("path=" + ArchivedContent.entryName(blob.digest())).file("x", samples.bytes(blob.digest()));
            } else {
                tar.blob(blob, samples.bytes(blob.digest()));
            }
        });
        graph.manifests().forEach(manifest -> tar.blob(manifest.descriptor(), manifest.raw()));
        damage(tar.index(graph.root().descriptor(), "app:v1").finished());
    }

    private void damage(byte[] archive) throws IOException {
        readAll(archive);
        Random random = new Random(SEED);
        String alphabet = "0123456789abcdef{}[]\",:/ \0";
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = archive.clone();
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                int at = random.nextInt(damaged.length);
                boolean text = random.nextBoolean();
                damaged[at] = (byte) (text ? alphabet.charAt(random.nextInt(alphabet.length())) : random.nextInt(256));
                if (random.nextBoolean()) {
                    mendChecksum(damaged, at / 512 * 512);
                }
            }
            Throwable thrown = catchThrowable(() -> readAll(damaged));
            if (thrown != null) {
                assertThat(thrown).as("seed %d, round %d", SEED, round).isInstanceOf(IOException.class);
            }
        }
    }

    private void readAll(byte[] bytes) throws IOException {
        Archive archive = Archive.open(RangeSource.of(bytes));
        for (ArchivedContent content : archive.contents().contents()) {
            try (InputStream in = archive.open(content)) {
                assertThat(in.readAllBytes())
                        .isEqualTo(samples.bytes(content.descriptor().digest()));
            }
        }
    }

    /** So that damage of a header gets past its checksum. */
    private static void mendChecksum(byte[] bytes, int block) {
        if (bytes[block + 257] != 'u' || bytes[block + 258] != 's') {
            return;
        }
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : bytes[block + i] & 0xff;
        }
        byte[] text = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, bytes, block + 148, text.length);
    }
}
