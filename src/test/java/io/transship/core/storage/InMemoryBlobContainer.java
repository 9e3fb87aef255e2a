package io.transship.core.storage;

import io.transship.core.content.ContentLink;
import io.transship.core.content.RangeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A container in memory that keeps the promises of {@link BlobContainer} and counts what it is asked. Thread-safe. A
 * container that was not created answers as a missing one does.
 */
public final class InMemoryBlobContainer implements BlobContainer {

    private record Blob(BlobProperties properties, RangeSource content, Map<String, byte[]> blocks) {

        static final Blob NONE = new Blob(
                new BlobProperties(new BlobName("none"), 0, "", Instant.EPOCH, Map.of()),
                RangeSource.of(new byte[0]),
                Map.of());
    }

    private final ContainerUri uri;
    private final Clock clock;
    private final Map<BlobName, Blob> blobs = new TreeMap<>(Comparator.comparing(BlobName::value));
    private final Map<BlobName, Map<String, byte[]>> staged = new HashMap<>();
    private final Map<BlobOperation, LongAdder> counts = new ConcurrentHashMap<>();
    private boolean missing;
    private volatile boolean fetching;
    private volatile Places places = address -> null;
    private long versions;

    /** An empty container. */
    public InMemoryBlobContainer(ContainerUri uri, Clock clock) {
        this.uri = uri;
        this.clock = clock;
    }

    /** An empty container at some address. */
    public InMemoryBlobContainer() {
        this(ContainerUri.parse("https://memory.blob.core.windows.net/transfer"), Clock.systemUTC());
    }

    /** A container that does not exist. */
    public static InMemoryBlobContainer missing(ContainerUri uri) {
        InMemoryBlobContainer container = new InMemoryBlobContainer(uri, Clock.systemUTC());
        container.missing = true;
        return container;
    }

    /** The same one, which fetches blocks by itself from containers in memory. */
    public InMemoryBlobContainer fetching() {
        return fetching(true);
    }

    /** What is behind the addresses that links give. */
    @FunctionalInterface
    public interface Places {

        /** The content that an address opens; absent if it opens none. */
        byte @Nullable [] open(URI address) throws IOException;
    }

    /** The same one, which fetches from these places as well. */
    public InMemoryBlobContainer fetchingFrom(Places others) {
        places = others;
        return this;
    }

    /** Whether it does so from now on. */
    public InMemoryBlobContainer fetching(boolean able) {
        this.fetching = able;
        return this;
    }

    /** How often this was asked, also when it failed. */
    public long count(BlobOperation operation) {
        LongAdder count = counts.get(operation);
        return count == null ? 0 : count.sum();
    }

    /** Starts counting anew. */
    public void resetCounts() {
        counts.clear();
    }

    @Override
    public ContainerUri uri() {
        return uri;
    }

    @Override
    public synchronized Optional<BlobProperties> find(BlobName name) throws IOException {
        enter(BlobOperation.FIND);
        return Optional.ofNullable(blobs.get(name)).map(Blob::properties);
    }

    @Override
    public RangeSource open(BlobProperties blob) {
        return new PinnedRange(blob);
    }

    @Override
    public synchronized List<BlobProperties> list(String prefix) throws IOException {
        enter(BlobOperation.LIST);
        return blobs.values().stream()
                .map(Blob::properties)
                .filter(blob -> blob.name().value().startsWith(prefix))
                .toList();
    }

    @Override
    public synchronized void stageBlock(BlobName name, String id, byte[] data, int offset, int length)
            throws IOException {
        enter(BlobOperation.STAGE_BLOCK);
        put(name, id, Arrays.copyOfRange(data, offset, Math.addExact(offset, length)));
    }

    private synchronized void put(BlobName name, String id, byte[] block) throws StorageException {
        Map<String, byte[]> blocks = staged.computeIfAbsent(name, blob -> new LinkedHashMap<>());
        if (blocks.keySet().stream().anyMatch(other -> other.length() != id.length())) {
            throw failure(StorageException.Kind.REJECTED, "stage a block of", name);
        }
        blocks.put(id, block);
    }

    @Override
    public boolean stageBlockFrom(BlobName name, String id, RangeSource source, long offset, int length)
            throws IOException {
        enter(BlobOperation.STAGE_BLOCK_FROM);
        Objects.checkFromIndexSize(offset, length, source.length());
        if (!fetching || !(source instanceof PinnedRange)) {
            return false;
        }
        put(name, id, source.read(offset, length));
        return true;
    }

    @Override
    public boolean stageBlockFrom(BlobName name, String id, ContentLink source, long offset, int length)
            throws IOException {
        enter(BlobOperation.STAGE_BLOCK_FROM);
        Optional<URI> address = source.address();
        byte[] content = address.isPresent() ? places.open(address.get()) : null;
        if (content == null && address.isPresent()) {
            address = source.insteadOf(address.get());
            content = address.isPresent() ? places.open(address.get()) : null;
        }
        if (content == null) {
            return false;
        }
        int end = Math.min(content.length, Math.toIntExact(offset + length));
        put(name, id, Arrays.copyOfRange(content, Math.toIntExact(offset), end));
        return true;
    }

    @Override
    public synchronized List<StagedBlock> stagedBlocks(BlobName name) throws IOException {
        enter(BlobOperation.STAGED_BLOCKS);
        return staged.getOrDefault(name, Map.of()).entrySet().stream()
                .map(block -> new StagedBlock(block.getKey(), block.getValue().length))
                .toList();
    }

    @Override
    public synchronized List<StagedBlock> committedBlocks(BlobName name) throws IOException {
        enter(BlobOperation.COMMITTED_BLOCKS);
        return blobs.getOrDefault(name, Blob.NONE).blocks().entrySet().stream()
                .map(block -> new StagedBlock(block.getKey(), block.getValue().length))
                .toList();
    }

    @Override
    public synchronized BlobProperties commit(
            BlobName name, List<String> blockIds, WriteMode mode, Map<String, String> metadata) throws IOException {
        enter(BlobOperation.COMMIT);
        refuseExisting(name, mode);
        Map<String, byte[]> uncommitted = staged.getOrDefault(name, Map.of());
        Map<String, byte[]> committed = blobs.getOrDefault(name, Blob.NONE).blocks();
        Map<String, byte[]> used = new LinkedHashMap<>();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (String id : blockIds) {
            byte[] block = uncommitted.containsKey(id) ? uncommitted.get(id) : committed.get(id);
            if (block == null) {
                throw failure(StorageException.Kind.REJECTED, "commit the blocks of", name);
            }
            used.put(id, block);
            content.writeBytes(block);
        }
        return put(name, content.toByteArray(), used, metadata);
    }

    @Override
    public synchronized BlobProperties write(
            BlobName name, byte[] content, WriteMode mode, Map<String, String> metadata) throws IOException {
        enter(BlobOperation.WRITE);
        refuseExisting(name, mode);
        return put(name, content.clone(), Map.of(), metadata);
    }

    @Override
    public synchronized void delete(BlobName name, String etag) throws IOException {
        enter(BlobOperation.DELETE);
        Blob blob = blobs.get(name);
        if (blob == null) {
            return;
        }
        if (!blob.properties().etag().equals(etag)) {
            throw failure(StorageException.Kind.CHANGED, "delete", name);
        }
        blobs.remove(name);
    }

    private BlobProperties put(
            BlobName name, byte[] content, Map<String, byte[]> blocks, Map<String, String> metadata) {
        BlobProperties properties = new BlobProperties(
                name,
                content.length,
                "\"0x%X\"".formatted(++versions),
                clock.instant(),
                metadata.entrySet().stream()
                        .collect(Collectors.toMap(
                                entry -> entry.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue)));
        blobs.put(name, new Blob(properties, RangeSource.of(content), blocks));
        staged.remove(name);
        return properties;
    }

    private void refuseExisting(BlobName name, WriteMode mode) throws StorageException {
        Blob blob = blobs.get(name);
        if (mode instanceof WriteMode.CreateNew && blob != null) {
            throw failure(StorageException.Kind.ALREADY_EXISTS, "write", name);
        }
        if (mode instanceof WriteMode.Replace(String etag)
                && (blob == null || !blob.properties().etag().equals(etag))) {
            throw failure(StorageException.Kind.CHANGED, "write", name);
        }
    }

    private void enter(BlobOperation operation) throws StorageException {
        counts.computeIfAbsent(operation, any -> new LongAdder()).increment();
        if (missing) {
            throw failure(StorageException.Kind.CONTAINER_NOT_FOUND, "use", null);
        }
    }

    private StorageException failure(StorageException.Kind kind, String operation, @Nullable BlobName name) {
        String subject = name == null ? "container '" + uri.container() + "'" : "blob '" + name + "'";
        return new StorageException(kind, "%s %s failed: %s".formatted(operation, subject, kind));
    }

    private final class PinnedRange implements RangeSource {

        private final BlobProperties pinned;

        PinnedRange(BlobProperties pinned) {
            this.pinned = pinned;
        }

        @Override
        public long length() {
            return pinned.length();
        }

        @Override
        public InputStream open(long offset, long length) throws IOException {
            Objects.checkFromIndexSize(offset, length, pinned.length());
            if (length == 0) {
                return InputStream.nullInputStream();
            }
            synchronized (InMemoryBlobContainer.this) {
                enter(BlobOperation.OPEN_RANGE);
                Blob blob = blobs.get(pinned.name());
                if (blob == null) {
                    throw failure(StorageException.Kind.BLOB_NOT_FOUND, "read", pinned.name());
                }
                if (!blob.properties().etag().equals(pinned.etag())) {
                    throw failure(StorageException.Kind.CHANGED, "read", pinned.name());
                }
                return blob.content().open(offset, length);
            }
        }
    }
}
