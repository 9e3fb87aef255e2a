package io.transship.core.transfer.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.archive.ArchiveEntry;
import io.transship.core.archive.ArchivePlan;
import io.transship.core.archive.ArchivePlanner;
import io.transship.core.archive.PlannedArtifact;
import io.transship.core.content.ContentGraph;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.TestArtifacts;
import io.transship.core.storage.BlobContainer;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.block.BlockLayout.Block;
import io.transship.core.transfer.block.BlockLayout.Unit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockLayoutTest {

    private static final int KIB = 1024;
    private static final long GIB = 1L << 30;

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void cutsAPlannedArchiveExactly(int seed) {
        Random random = new Random(seed);
        TransferSettings settings = settings(random);
        ArchivePlan plan = plan(random, 1 + random.nextInt(60), 16L * settings.blockBytes());

        BlockLayout layout = BlockLayout.of(plan, settings);

        assertExact(layout, plan.length(), settings);
        Set<Long> allowed = new HashSet<>(Set.of(0L, (long) plan.head().length, plan.length() - 1024));
        plan.blobEntries().stream().map(ArchiveEntry::start).forEach(allowed::add);
        Set<Long> contents = new HashSet<>();
        for (ArchiveEntry entry : plan.blobEntries()) {
            if (isLarge(entry, settings.blockBytes())) {
                contents.add(entry.content().offset());
                allowed.add(entry.content().offset());
                allowed.add(end(entry));
            }
        }
        assertThat(allowed)
                .as("units are made of whole entries or large contents")
                .containsAll(starts(layout));
        assertThat(starts(layout)).as("large contents").containsAll(contents);
        assertThat(BlockLayout.of(plan, settings).blocks()).isEqualTo(layout.blocks());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theBlocksOfALargeContentHoldNothingElse(int seed) {
        Random random = new Random(seed);
        TransferSettings settings = settings(random);
        ArchivePlan plan = plan(random, 1 + random.nextInt(20), 16L * settings.blockBytes());
        BlockLayout layout = BlockLayout.of(plan, settings);
        List<Unit> units = layout.slices().stream()
                .flatMap(slice -> layout.units(slice).stream())
                .toList();

        for (ArchiveEntry entry : plan.blobEntries()) {
            boolean alone = units.stream()
                    .anyMatch(unit -> unit.start() == entry.content().offset() && unit.end() == end(entry));
            assertThat(alone).as("%s is cut out", entry).isEqualTo(isLarge(entry, settings.blockBytes()));
        }
        assertThat(units).as("no block is there for padding alone").noneMatch(unit -> unit.end() - unit.start() < 512);
    }

    @Test
    void aHeaderJoinsWhatIsBeforeItAndPaddingWhatIsBehind() {
        TransferSettings settings = new TransferSettings(64 * KIB, GIB);
        ArchivePlan plan = plan(List.of(
                blob(1, 100), blob(2, 8 * 64 * KIB), blob(3, 8 * 64 * KIB + 1), blob(4, 8 * 64 * KIB - 1), blob(5, 9)));
        List<ArchiveEntry> entries = plan.blobEntries();

        assertThat(starts(BlockLayout.of(plan, settings)))
                .containsExactly(
                        0L,
                        (long) plan.head().length,
                        entries.get(1).content().offset(),
                        entries.get(2).start(),
                        entries.get(2).content().offset(),
                        // One byte too few to be cut out: whole with its header, and with the padding before it.
                        end(entries.get(2)),
                        entries.get(4).start());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void cutsAnyNumberOfBytesExactly(int seed) {
        Random random = new Random(seed);
        TransferSettings settings = settings(random);
        long length = switch (seed % 4) {
            case 0 -> random.nextLong(0, 3L * settings.blockBytes());
            case 1 -> (long) settings.blockBytes() * random.nextInt(0, 5);
            case 2 -> random.nextLong(GIB);
            default -> random.nextLong(4000 * GIB);
        };

        assertExact(BlockLayout.of(length, settings), length, settings);
    }

    @Test
    void takesLargerBlocksWhenEntriesAreTooManyForOneBlockEach() {
        TransferSettings settings = new TransferSettings(64 * KIB, GIB);
        ArchivePlan plan = plan(70_000, 64 * KIB);

        BlockLayout layout = BlockLayout.of(plan, settings);

        assertExact(layout, plan.length(), settings);
        assertThat(layout.blocks()).hasSizeBetween(20_000, BlobContainer.MAX_BLOCKS);
    }

    @Test
    void takesTheLargestBlockThatThereIsBeforeItRefuses() {
        TransferSettings settings = new TransferSettings(48 * KIB * KIB, 100 * GIB);
        long most = (long) BlobContainer.MAX_BLOCK_BYTES * BlobContainer.MAX_BLOCKS;

        assertExact(BlockLayout.of(most, settings), most, settings);
        assertThatThrownBy(() -> BlockLayout.of(most + 1, settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("50,000 blocks; split the artifacts over several runs");
    }

    @Test
    void theIdsOfBlocksAreDistinctAndOfOneLength() {
        BlockLayout layout = BlockLayout.of(GIB, new TransferSettings(64 * KIB, GIB));
        byte[] zeros = new byte[64 * KIB];

        List<String> ids = layout.blocks().stream()
                .map(block -> StagedBlocks.id(key("content", "run"), block, zeros, block.length()))
                .toList();

        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.length() == 32);
        assertThat(key("content", "run")).isNotEqualTo(key("content", "run 2")).isNotEqualTo(key("content 2", "run"));
    }

    private static String key(String content, String run) {
        return new StagedBlocks.Transfer(content, run).key();
    }

    private static void assertExact(BlockLayout layout, long length, TransferSettings settings) {
        long offset = 0;
        int blockIndex = 0;
        int unitIndex = 0;
        for (Slice slice : layout.slices()) {
            long sliceStart = offset;
            boolean exact = slice.from() == unitIndex;
            for (Unit unit : layout.units(slice)) {
                // Plain comparisons: there may be 50,000.
                exact &= unit.start() == offset && unit.firstBlock() == blockIndex;
                for (Block block : layout.blocks(unit)) {
                    exact &= block.equals(new Block(blockIndex++, offset, block.length()));
                    exact &= block.length() >= 1 && block.length() <= BlobContainer.MAX_BLOCK_BYTES;
                    offset += block.length();
                }
                exact &= unit.endBlock() == blockIndex && unit.end() == offset;
                unitIndex++;
            }
            exact &= slice.to() == unitIndex && slice.bytes() == offset - sliceStart;
            exact &= slice.bytes() <= settings.sliceBytes() || slice.to() - slice.from() == 1;
            assertThat(exact).as("%s is cut exactly", slice).isTrue();
        }
        assertThat(offset).isEqualTo(length);
        assertThat(layout.blocks().size()).isEqualTo(blockIndex).isLessThanOrEqualTo(BlobContainer.MAX_BLOCKS);
        Slice last = layout.slices().isEmpty()
                ? new Slice(0, 0, 0, 0)
                : layout.slices().getLast();
        assertThat(layout.units(last).stream().flatMap(unit -> layout.blocks(unit).stream()))
                .allMatch(block -> layout.sliceOf(block).equals(last));
    }

    private static boolean isLarge(ArchiveEntry entry, int blockBytes) {
        return entry.content().descriptor().size() >= 8L * blockBytes;
    }

    private static long end(ArchiveEntry entry) {
        return entry.content().offset() + entry.content().descriptor().size();
    }

    private static List<Long> starts(BlockLayout layout) {
        return layout.slices().stream()
                .flatMap(slice -> layout.units(slice).stream())
                .map(Unit::start)
                .toList();
    }

    private static TransferSettings settings(Random random) {
        int blockBytes = 64 * KIB + random.nextInt(512 * KIB);
        return new TransferSettings(blockBytes, blockBytes + random.nextLong(8L * blockBytes));
    }

    private static ArchivePlan plan(Random random, int contents, long maxSize) {
        List<Descriptor> blobs = new ArrayList<>();
        for (int i = 0; i < contents; i++) {
            long size = random.nextInt(3) == 0 ? random.nextLong(maxSize) : random.nextLong(2000);
            blobs.add(blob(i, size));
        }
        return plan(blobs);
    }

    private static ArchivePlan plan(int contents, long size) {
        return plan(IntStream.range(0, contents).mapToObj(i -> blob(i, size)).toList());
    }

    private static ArchivePlan plan(List<Descriptor> blobs) {
        ContentGraph graph = new ContentGraph(List.of(new TestArtifacts(1).image(1)), blobs);
        return ArchivePlanner.plan("source.test", List.of(new PlannedArtifact("a", List.of("1"), graph)), List.of());
    }

    private static Descriptor blob(int number, long size) {
        return new Descriptor(MediaType.OCI_LAYER, Digest.parse("sha256:%064x".formatted(number)), size);
    }
}
