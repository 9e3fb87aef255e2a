package io.transship.core.storage;

import io.transship.core.content.ContentLink;
import io.transship.core.content.RangeSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container that fails where a test says so. A fault {@link Moment#BEFORE} an operation keeps it from happening; one
 * {@link Moment#AFTER} it is an answer that was lost: the operation took place.
 */
public final class FailingBlobContainer implements BlobContainer {

    /** When a fault is asked for. */
    public enum Moment {
        BEFORE,
        AFTER
    }

    /** Throws if an operation is to fail; asked at both moments of each operation, by the thread that does it. */
    @FunctionalInterface
    public interface Faults {

        /** Throws, or lets the operation go on. */
        void at(Moment moment, BlobOperation operation, String subject) throws IOException;
    }

    @FunctionalInterface
    private interface Action<T> {
        T run() throws IOException;
    }

    private final BlobContainer container;
    private final Faults faults;

    /** The container behind these faults. */
    public FailingBlobContainer(BlobContainer container, Faults faults) {
        this.container = container;
        this.faults = faults;
    }

    @Override
    public ContainerUri uri() {
        return container.uri();
    }

    @Override
    public Optional<BlobProperties> find(BlobName name) throws IOException {
        return run(BlobOperation.FIND, name.value(), () -> container.find(name));
    }

    @Override
    public RangeSource open(BlobProperties blob) {
        return new FailingRange(container.open(blob), blob.name());
    }

    @Override
    public List<BlobProperties> list(String prefix) throws IOException {
        return run(BlobOperation.LIST, prefix, () -> container.list(prefix));
    }

    @Override
    public void stageBlock(BlobName name, String id, byte[] data, int offset, int length) throws IOException {
        faults.at(Moment.BEFORE, BlobOperation.STAGE_BLOCK, name.value());
        container.stageBlock(name, id, data, offset, length);
        faults.at(Moment.AFTER, BlobOperation.STAGE_BLOCK, name.value());
    }

    @Override
    public boolean stageBlockFrom(BlobName name, String id, RangeSource source, long offset, int length)
            throws IOException {
        RangeSource known = source instanceof FailingRange failing ? failing.source : source;
        return run(
                BlobOperation.STAGE_BLOCK_FROM,
                name.value(),
                () -> container.stageBlockFrom(name, id, known, offset, length));
    }

    @Override
    public boolean stageBlockFrom(BlobName name, String id, ContentLink source, long offset, int length)
            throws IOException {
        return run(
                BlobOperation.STAGE_BLOCK_FROM,
                name.value(),
                () -> container.stageBlockFrom(name, id, source, offset, length));
    }

    @Override
    public List<StagedBlock> stagedBlocks(BlobName name) throws IOException {
        return run(BlobOperation.STAGED_BLOCKS, name.value(), () -> container.stagedBlocks(name));
    }

    @Override
    public List<StagedBlock> committedBlocks(BlobName name) throws IOException {
        return run(BlobOperation.COMMITTED_BLOCKS, name.value(), () -> container.committedBlocks(name));
    }

    @Override
    public BlobProperties commit(BlobName name, List<String> blockIds, WriteMode mode, Map<String, String> metadata)
            throws IOException {
        return run(BlobOperation.COMMIT, name.value(), () -> container.commit(name, blockIds, mode, metadata));
    }

    @Override
    public BlobProperties write(BlobName name, byte[] content, WriteMode mode, Map<String, String> metadata)
            throws IOException {
        return run(BlobOperation.WRITE, name.value(), () -> container.write(name, content, mode, metadata));
    }

    @Override
    public void delete(BlobName name, String etag) throws IOException {
        faults.at(Moment.BEFORE, BlobOperation.DELETE, name.value());
        container.delete(name, etag);
        faults.at(Moment.AFTER, BlobOperation.DELETE, name.value());
    }

    private <T> T run(BlobOperation operation, String subject, Action<T> action) throws IOException {
        faults.at(Moment.BEFORE, operation, subject);
        T result = action.run();
        faults.at(Moment.AFTER, operation, subject);
        return result;
    }

    private final class FailingRange implements RangeSource {

        private final RangeSource source;
        private final BlobName name;

        FailingRange(RangeSource source, BlobName name) {
            this.source = source;
            this.name = name;
        }

        @Override
        public long length() {
            return source.length();
        }

        @Override
        public InputStream open(long offset, long length) throws IOException {
            return run(BlobOperation.OPEN_RANGE, name.value(), () -> source.open(offset, length));
        }
    }
}
