package io.transship.core.transfer.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.ContentSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.block.BlockLayout;
import io.transship.core.transfer.block.BlockLayout.Unit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PlannedUnitsTest extends ExportSteps {

    /** Everything of the samples in one block, but for the head. */
    private static final TransferSettings ONE_BLOCK = new TransferSettings(1024 * 1024, 1024 * 1024);

    private final ArchivePlan plan;
    private final Unit unit;

    PlannedUnitsTest() throws IOException {
        plan = export(container).plan(TransferSamples.references(TransferSamples.ALL), Map.of());
        BlockLayout layout = BlockLayout.of(plan, ONE_BLOCK);
        unit = layout.units(layout.slices().getFirst()).getLast();
    }

    @Test
    void readsSmallContentsSideBySideToTheirPlaces() throws IOException {
        CountDownLatch open = new CountDownLatch(3);
        byte[] buffer = new byte[ONE_BLOCK.blockBytes()];

        new PlannedUnits(plan, (content, offset) -> {
                    open.countDown();
                    await(open);
                    return content(content, offset);
                })
                .read(unit, buffer);

        try (InputStream one = plan.open(unit.start(), unit.end() - unit.start(), this::content)) {
            assertThat(Arrays.copyOf(buffer, (int) (unit.end() - unit.start()))).isEqualTo(one.readAllBytes());
        }
    }

    @Test
    void refusesAContentWithOtherBytes() {
        ContentSource damaged = (content, offset) -> {
            try (InputStream in = content(content, offset)) {
                byte[] bytes = in.readAllBytes();
                bytes[bytes.length - 1] ^= 1;
                return new ByteArrayInputStream(bytes);
            }
        };

        assertThatExceptionOfType(ContentMismatchException.class)
                .isThrownBy(() -> new PlannedUnits(plan, damaged).read(unit, new byte[ONE_BLOCK.blockBytes()]));
    }

    private InputStream content(Descriptor content, long offset) throws IOException {
        String repository = plan.contents().contents().stream()
                .filter(one -> one.descriptor().digest().equals(content.digest()))
                .findFirst()
                .orElseThrow()
                .repositories()
                .getFirst();
        return samples.registry().repository(repository).open(content, offset);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).as("three at once").isTrue();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }
}
