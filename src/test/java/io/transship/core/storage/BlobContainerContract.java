package io.transship.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.content.ContentLink;
import io.transship.core.content.RangeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every {@link BlobContainer} promises; run once for each kind of container. */
public abstract class BlobContainerContract {

    private static final BlobName NAME = new BlobName("runs/archive 1%2B+#?&ü.tar");
    private static final Map<String, String> METADATA = Map.of("category", "transship-archive");

    /** A new, empty container. */
    protected abstract BlobContainer emptyContainer() throws IOException;

    /** A container that does not exist. */
    protected abstract BlobContainer missingContainer() throws IOException;

    /**
     * Addresses at which the containers can fetch these bytes: one that opens nothing any more, and one that does. Empty if they
     * fetch nothing from links.
     */
    protected List<URI> addresses(byte[] content) throws IOException {
        return List.of();
    }

    /** Whether the containers fetch blocks from each other by themselves. */
    protected boolean fetchesBlocks() {
        return false;
    }

    @Test
    protected void findsNothingWhereNothingIs() throws IOException {
        BlobContainer container = emptyContainer();

        assertThat(container.find(NAME)).isEmpty();
        assertThat(container.stagedBlocks(NAME)).isEmpty();
        assertThat(container.list("")).isEmpty();
        container.delete(NAME, "\"0x1\"");
    }

    @Test
    protected void writesAndFindsAndListsTheSameProperties() throws IOException {
        BlobContainer container = emptyContainer();

        BlobProperties written =
                container.write(NAME, bytes("hello"), WriteMode.CREATE_NEW, Map.of("Category", "transship-archive"));

        assertThat(written.length()).isEqualTo(5);
        assertThat(written.metadata()).isEqualTo(METADATA);
        assertThat(written.etag()).startsWith("\"").endsWith("\"");
        assertThat(container.find(NAME)).contains(written);
        assertThat(container.list("runs/")).containsExactly(written);
        assertThat(container.open(written).read(1, 3)).isEqualTo(bytes("ell"));
    }

    @Test
    protected void listsByPrefixInOrderOfNames() throws IOException {
        BlobContainer container = emptyContainer();
        for (String name : List.of("b/2", "a/1", "b/10", "c")) {
            container.write(new BlobName(name), bytes(name), WriteMode.CREATE_NEW, Map.of());
        }

        assertThat(container.list("b/")).extracting(blob -> blob.name().value()).containsExactly("b/10", "b/2");
        assertThat(container.list(""))
                .extracting(blob -> blob.name().value())
                .containsExactly("a/1", "b/10", "b/2", "c");
    }

    @Test
    protected void stagedBlocksStayInvisibleUntilTheyAreCommitted() throws IOException {
        BlobContainer container = emptyContainer();
        byte[] padded = bytes("--first--");
        container.stageBlock(NAME, "id-1", padded, 2, 5);
        container.stageBlock(NAME, "id-2", bytes("second"), 0, 6);

        assertThat(container.find(NAME)).isEmpty();
        assertThat(container.list("")).isEmpty();
        assertThat(container.stagedBlocks(NAME))
                .containsExactlyInAnyOrder(new StagedBlock("id-1", 5), new StagedBlock("id-2", 6));

        BlobProperties blob = container.commit(NAME, List.of("id-2", "id-1"), WriteMode.CREATE_NEW, METADATA);

        assertThat(blob.length()).isEqualTo(11);
        assertThat(container.find(NAME)).contains(blob);
        assertThat(container.open(blob).read(0, 11)).isEqualTo(bytes("secondfirst"));
        assertThat(container.stagedBlocks(NAME)).isEmpty();
    }

    @Test
    protected void aBlobIsMadeAnewOfItsOwnBlocks() throws IOException {
        BlobContainer container = emptyContainer();
        assertThat(container.committedBlocks(NAME)).isEmpty();
        container.stageBlock(NAME, "id-1", bytes("first"), 0, 5);
        container.stageBlock(NAME, "id-2", bytes("second"), 0, 6);
        BlobProperties old = container.commit(NAME, List.of("id-2", "id-1"), WriteMode.CREATE_NEW, Map.of());

        assertThat(container.committedBlocks(NAME))
                .containsExactly(new StagedBlock("id-2", 6), new StagedBlock("id-1", 5));
        container.stageBlock(NAME, "id-3", bytes("third"), 0, 5);
        BlobProperties anew =
                container.commit(NAME, List.of("id-1", "id-2", "id-3"), WriteMode.replacing(old), METADATA);

        assertThat(anew.etag()).isNotEqualTo(old.etag());
        assertThat(container.open(anew).read(0, 16)).isEqualTo(bytes("firstsecondthird"));
        assertThat(container.find(NAME)).contains(anew);
        container.write(NAME, bytes("not of blocks"), WriteMode.OVERWRITE, Map.of());
        assertThat(container.committedBlocks(NAME)).isEmpty();
    }

    @Test
    protected void stagingAnIdAgainReplacesTheBlock() throws IOException {
        BlobContainer container = emptyContainer();
        container.stageBlock(NAME, "id-1", bytes("old"), 0, 3);
        container.stageBlock(NAME, "id-1", bytes("newer"), 0, 5);

        assertThat(container.stagedBlocks(NAME)).containsExactly(new StagedBlock("id-1", 5));
        BlobProperties blob = container.commit(NAME, List.of("id-1"), WriteMode.CREATE_NEW, Map.of());
        assertThat(container.open(blob).read(0, 5)).isEqualTo(bytes("newer"));
    }

    @Test
    protected void commitDropsStagedBlocksThatItDoesNotName() throws IOException {
        BlobContainer container = emptyContainer();
        container.stageBlock(NAME, "id-1", bytes("kept"), 0, 4);
        container.stageBlock(NAME, "id-2", bytes("dropped"), 0, 7);

        BlobProperties blob = container.commit(NAME, List.of("id-1"), WriteMode.CREATE_NEW, Map.of());

        assertThat(blob.length()).isEqualTo(4);
        assertThat(container.stagedBlocks(NAME)).isEmpty();
        assertRefused(
                StorageException.Kind.REJECTED,
                () -> container.commit(NAME, List.of("id-1", "id-2"), WriteMode.OVERWRITE, Map.of()));
    }

    @Test
    protected void commitRefusesBlockThatIsNotStaged() throws IOException {
        BlobContainer container = emptyContainer();
        container.stageBlock(NAME, "id-1", bytes("only"), 0, 4);

        assertRefused(
                StorageException.Kind.REJECTED,
                () -> container.commit(NAME, List.of("id-1", "id-9"), WriteMode.CREATE_NEW, Map.of()));
        assertThat(container.find(NAME)).isEmpty();
    }

    @Test
    protected void replacesBlobsOnlyWhenToldTo() throws IOException {
        BlobContainer container = emptyContainer();
        BlobProperties first = container.write(NAME, bytes("first"), WriteMode.CREATE_NEW, Map.of());
        container.stageBlock(NAME, "id-1", bytes("third"), 0, 5);

        assertRefused(
                StorageException.Kind.ALREADY_EXISTS,
                () -> container.write(NAME, bytes("second"), WriteMode.CREATE_NEW, Map.of()));
        assertRefused(
                StorageException.Kind.ALREADY_EXISTS,
                () -> container.commit(NAME, List.of("id-1"), WriteMode.CREATE_NEW, Map.of()));
        assertThat(container.find(NAME)).contains(first);

        BlobProperties third = container.commit(NAME, List.of("id-1"), WriteMode.OVERWRITE, Map.of());
        BlobProperties fourth = container.write(NAME, bytes("fourth"), WriteMode.OVERWRITE, Map.of());

        assertThat(List.of(first.etag(), third.etag(), fourth.etag())).doesNotHaveDuplicates();
        assertThat(container.open(fourth).read(0, 6)).isEqualTo(bytes("fourth"));
    }

    @Test
    protected void replacesTheVersionThatItWasToldAndNoOther() throws IOException {
        BlobContainer container = emptyContainer();
        BlobProperties first = container.write(NAME, bytes("first"), WriteMode.CREATE_NEW, Map.of());
        container.stageBlock(NAME, "id-1", bytes("second"), 0, 6);
        BlobProperties second = container.commit(NAME, List.of("id-1"), WriteMode.replacing(first), Map.of());

        assertRefused(
                StorageException.Kind.CHANGED,
                () -> container.commit(NAME, List.of("id-1"), WriteMode.replacing(first), Map.of()));
        assertRefused(
                StorageException.Kind.CHANGED,
                () -> container.write(NAME, bytes("third"), WriteMode.replacing(first), Map.of()));
        assertThat(container.find(NAME)).contains(second);
    }

    @Test
    protected void openSourceRefusesToReadAnotherVersion() throws IOException {
        BlobContainer container = emptyContainer();
        RangeSource source = container.open(container.write(NAME, bytes("first"), WriteMode.CREATE_NEW, Map.of()));
        assertThat(source.read(0, 5)).isEqualTo(bytes("first"));

        BlobProperties second = container.write(NAME, bytes("other"), WriteMode.OVERWRITE, Map.of());
        assertRefused(StorageException.Kind.CHANGED, () -> source.read(0, 5));

        container.delete(NAME, second.etag());
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> source.read(0, 5))
                .satisfies(e ->
                        assertThat(e.kind()).isIn(StorageException.Kind.BLOB_NOT_FOUND, StorageException.Kind.CHANGED));
    }

    @Test
    protected void deletesOnlyTheVersionThatItWasTold() throws IOException {
        BlobContainer container = emptyContainer();
        BlobProperties first = container.write(NAME, bytes("first"), WriteMode.CREATE_NEW, Map.of());
        BlobProperties second = container.write(NAME, bytes("second"), WriteMode.OVERWRITE, Map.of());

        assertRefused(StorageException.Kind.CHANGED, () -> container.delete(NAME, first.etag()));
        assertThat(container.find(NAME)).contains(second);

        container.delete(NAME, second.etag());
        container.delete(NAME, second.etag());
        assertThat(container.find(NAME)).isEmpty();
    }

    @Test
    protected void readsAnyRangeAndNothingOutside() throws IOException {
        BlobContainer container = emptyContainer();
        byte[] content = random(3 * 1024 * 1024 + 17);
        RangeSource source = container.open(container.write(NAME, content, WriteMode.CREATE_NEW, Map.of()));

        assertThat(source.length()).isEqualTo(content.length);
        for (int[] range : new int[][] {{0, 1}, {0, content.length}, {1_000_003, 1_500_000}, {content.length - 1, 1}}) {
            try (InputStream in = source.open(range[0], range[1])) {
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, range[0], range[0] + range[1]));
                assertThat(in.read()).isEqualTo(-1);
            }
        }
        assertThat(source.open(content.length, 0).readAllBytes()).isEmpty();
        assertThatThrownBy(() -> source.open(content.length, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> source.open(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    protected void severalRangesMayBeOpenAtOnceAndClosedEarly() throws IOException {
        BlobContainer container = emptyContainer();
        byte[] content = random(4 * 1024 * 1024);
        RangeSource source = container.open(container.write(NAME, content, WriteMode.CREATE_NEW, Map.of()));

        try (InputStream whole = source.open(0, content.length);
                InputStream late = source.open(content.length - 2, 2)) {
            assertThat(whole.read()).isEqualTo(content[0] & 0xff);
            assertThat(late.readAllBytes()).hasSize(2);
        }

        assertThat(source.read(content.length - 1, 1)[0]).isEqualTo(content[content.length - 1]);
    }

    @Test
    protected void takesBlocksFromManyThreads() throws Exception {
        BlobContainer container = emptyContainer();
        List<byte[]> blocks =
                IntStream.range(0, 32).mapToObj(i -> random(100_000 + i)).toList();
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < blocks.size(); i++) {
                byte[] block = blocks.get(i);
                String id = id(i);
                running.add(executor.submit(() -> {
                    container.stageBlock(NAME, id, block, 0, block.length);
                    return null;
                }));
            }
            for (Future<?> block : running) {
                block.get();
            }
        }

        assertThat(container.stagedBlocks(NAME)).hasSize(blocks.size());
        List<String> ids = IntStream.range(0, blocks.size())
                .mapToObj(BlobContainerContract::id)
                .toList();
        BlobProperties blob = container.commit(NAME, ids, WriteMode.CREATE_NEW, Map.of());
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        blocks.forEach(expected::writeBytes);
        assertThat(container.open(blob).read(0, (int) blob.length())).isEqualTo(expected.toByteArray());
    }

    @Test
    protected void stagesBlocksThatTheServiceFetchesItselfOrSaysThatItCannot() throws IOException {
        BlobContainer container = emptyContainer();
        BlobContainer other = emptyContainer();
        byte[] content = random(200_000);
        RangeSource source = other.open(other.write(NAME, content, WriteMode.CREATE_NEW, Map.of()));

        boolean fetched = container.stageBlockFrom(NAME, "id-1", source, 50_000, 100_001);

        assertThat(fetched).isEqualTo(fetchesBlocks());
        assertThat(container.find(NAME)).isEmpty();
        assertThat(container.stagedBlocks(NAME))
                .isEqualTo(fetched ? List.of(new StagedBlock("id-1", 100_001)) : List.of());
        assertThat(container.stageBlockFrom(NAME, "id-1", RangeSource.of(content), 0, 10))
                .as("a source of another kind")
                .isFalse();
        assertThatThrownBy(() -> container.stageBlockFrom(NAME, "id-1", source, 150_000, 50_001))
                .isInstanceOf(IndexOutOfBoundsException.class);
        if (fetched) {
            container.stageBlock(NAME, "id-2", bytes("sent"), 0, 4);
            BlobProperties blob = container.commit(NAME, List.of("id-1", "id-2"), WriteMode.CREATE_NEW, Map.of());
            assertThat(container.open(blob).read(0, 100_001)).isEqualTo(Arrays.copyOfRange(content, 50_000, 150_001));
            assertThat(container.open(blob).read(100_001, 4)).isEqualTo(bytes("sent"));
        }
    }

    @Test
    protected void stagesBlocksFromWhereARegistryLeadsToOrSaysThatItCannot() throws IOException {
        BlobContainer container = emptyContainer();
        byte[] content = random(200_000);
        Link link = new Link(addresses(content));

        boolean fetched = container.stageBlockFrom(NAME, "id-1", link, 50_000, 100_001);

        assertThat(fetched).isEqualTo(!link.addresses().isEmpty());
        assertThat(container.find(NAME)).isEmpty();
        assertThat(container.stagedBlocks(NAME))
                .isEqualTo(fetched ? List.of(new StagedBlock("id-1", 100_001)) : List.of());
        assertThat(container.stageBlockFrom(NAME, "id-1", new Link(List.of()), 0, 10))
                .as("of a registry that leads nowhere")
                .isFalse();
        if (fetched) {
            BlobProperties blob = container.commit(NAME, List.of("id-1"), WriteMode.CREATE_NEW, Map.of());
            assertThat(container.open(blob).read(0, 100_001)).isEqualTo(Arrays.copyOfRange(content, 50_000, 150_001));
        }
    }

    @Test
    protected void fetchesNothingOfAnotherVersion() throws IOException {
        BlobContainer container = emptyContainer();
        BlobContainer other = emptyContainer();
        RangeSource source = other.open(other.write(NAME, bytes("first"), WriteMode.CREATE_NEW, Map.of()));
        other.write(NAME, bytes("other"), WriteMode.OVERWRITE, Map.of());

        if (fetchesBlocks()) {
            assertRefused(StorageException.Kind.CHANGED, () -> container.stageBlockFrom(NAME, "id-1", source, 0, 5));
        } else {
            assertThat(container.stageBlockFrom(NAME, "id-1", source, 0, 5)).isFalse();
        }
        assertThat(container.stagedBlocks(NAME)).isEmpty();
    }

    @Test
    protected void everyOperationSaysThatTheContainerIsMissing() throws IOException {
        BlobContainer container = missingContainer();

        for (ThrowingCallable operation : List.<ThrowingCallable>of(
                () -> container.find(NAME),
                () -> container.list(""),
                () -> container.stageBlock(NAME, "id-1", bytes("x"), 0, 1),
                () -> container.stagedBlocks(NAME),
                () -> fetchFrom(container),
                () -> container.commit(NAME, List.of("id-1"), WriteMode.CREATE_NEW, Map.of()),
                () -> container.write(NAME, bytes("x"), WriteMode.OVERWRITE, Map.of()),
                () -> container.delete(NAME, "\"0x1\""))) {
            assertRefused(StorageException.Kind.CONTAINER_NOT_FOUND, operation);
        }
    }

    /** Checks the kind of a refusal. */
    protected static void assertRefused(StorageException.Kind kind, ThrowingCallable operation) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(operation)
                .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    /** Gives one address first, and the next one when it is refused. */
    private record Link(List<URI> addresses) implements ContentLink {

        @Override
        public String registry() {
            return "registry.test";
        }

        @Override
        public Optional<URI> address() {
            return addresses.stream().findFirst();
        }

        @Override
        public Optional<URI> insteadOf(URI refused) {
            return addresses.stream()
                    .filter(address -> !address.equals(refused))
                    .findFirst();
        }
    }

    /** Has a container fetch a block, or send it as one does that cannot. */
    private void fetchFrom(BlobContainer container) throws IOException {
        BlobContainer other = emptyContainer();
        RangeSource source = other.open(other.write(NAME, bytes("x"), WriteMode.CREATE_NEW, Map.of()));
        if (!container.stageBlockFrom(NAME, "id-1", source, 0, 1)) {
            container.stageBlock(NAME, "id-1", bytes("x"), 0, 1);
        }
    }

    private static String id(int number) {
        return "fingerprint-%05d".formatted(number);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
