package io.transship.core.transfer.block;

import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.TransferCanceledException;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes an archive of staged blocks appear, once. */
final class ArchiveSeal {

    /** Marks our archives for people and tools; a hint only, since copy tools lose metadata. */
    static final String CATEGORY = "category";

    static final String CATEGORY_ARCHIVE = "transship-archive";

    /** Tells a seal that is repeated from an archive of another run. */
    static final String SEAL = "transshipseal";

    /** Of which bytes an archive is made, so that another export of the same need not send them again. */
    static final String CONTENT = "transshipcontent";

    private ArchiveSeal() {}

    /** Whether a blob says that it is made of these bytes. */
    static boolean isMadeOf(BlobProperties blob, String content) {
        return content.equals(blob.metadata().get(CONTENT));
    }

    /**
     * Fails if the archive exists and may not be overwritten.
     *
     * @throws TransferException that says what to do instead
     */
    static void refuseToOverwrite(BlobContainer target, BlobName name, WriteMode mode) throws TransferException {
        if (mode.equals(WriteMode.OVERWRITE)) {
            return;
        }
        Optional<BlobProperties> stored;
        try {
            stored = target.find(name);
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "looking for the archive at the", e);
        }
        if (stored.isPresent()) {
            throw exists(target, name);
        }
    }

    static SealResult seal(
            BlobContainer target,
            BlobName name,
            StagedBlocks.Transfer transfer,
            BlockLayout layout,
            WriteMode mode,
            SealHints hints,
            CommitPoint point)
            throws IOException {
        try {
            // Staged blocks vanish when another worker seals: looked at first, what is missing then was not sealed.
            StagedBlocks staged = StagedBlocks.read(target, name, transfer, layout);
            Optional<BlobProperties> stored = target.find(name);
            if (stored.isPresent() && isSealed(stored.get(), transfer.key())) {
                return new SealResult.Sealed(stored.get());
            }
            if (staged.basis().isPresent() && !stored.equals(staged.basis())) {
                throw overtaken(name, null);
            }
            List<BlockLayout.Block> missing = staged.missing(layout);
            if (!missing.isEmpty()) {
                TreeSet<Integer> slices = new TreeSet<>();
                missing.forEach(block -> slices.add(layout.sliceOf(block).number()));
                return new SealResult.Incomplete(slices);
            }
            List<String> blocks = staged.inOrder(layout);
            Map<String, String> metadata = metadata(transfer, hints.of(layout.unitsWith(copied(blocks))));
            point.pass();
            return new SealResult.Sealed(commit(target, name, metadata, blocks, mode, stored));
        } catch (TransferCanceledException e) {
            throw e;
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "sealing the archive at the", e);
        }
    }

    /** The indexes of the blocks that the service fetched by itself. */
    private static BitSet copied(List<String> blocks) {
        BitSet copied = new BitSet(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            copied.set(i, StagedBlocks.isCopied(blocks.get(i)));
        }
        return copied;
    }

    private static BlobProperties commit(
            BlobContainer target,
            BlobName name,
            Map<String, String> metadata,
            List<String> blocks,
            WriteMode policy,
            Optional<BlobProperties> stored)
            throws IOException {
        try {
            return target.commit(name, blocks, condition(policy, stored), metadata);
        } catch (StorageException e) {
            // Another worker may have been faster, or this one's answer got lost.
            Optional<BlobProperties> sealed = sealed(target, name, String.valueOf(metadata.get(SEAL)));
            if (sealed.isPresent()) {
                return sealed.get();
            }
            throw switch (e.kind()) {
                case ALREADY_EXISTS, CHANGED ->
                    policy.equals(WriteMode.OVERWRITE) ? overtaken(name, e) : exists(target, name);
                default -> e;
            };
        }
    }

    private static Map<String, String> metadata(StagedBlocks.Transfer transfer, Map<String, String> hints) {
        Map<String, String> metadata = new TreeMap<>(hints);
        metadata.put(CATEGORY, CATEGORY_ARCHIVE);
        metadata.put(SEAL, transfer.key());
        metadata.put(CONTENT, transfer.content());
        return metadata;
    }

    /** The stored blob, if the transfer of this key sealed it. */
    private static Optional<BlobProperties> sealed(BlobContainer target, BlobName name, String key) throws IOException {
        return target.find(name).filter(stored -> isSealed(stored, key));
    }

    private static boolean isSealed(BlobProperties stored, String key) {
        return key.equals(stored.metadata().get(SEAL));
    }

    /**
     * Lets one of several workers that seal at once succeed. A second commit would be another version with the same bytes:
     * one more event, and the end of whoever reads the first version.
     */
    private static WriteMode condition(WriteMode mode, Optional<BlobProperties> stored) {
        return mode.equals(WriteMode.OVERWRITE) && stored.isPresent()
                ? WriteMode.replacing(stored.get())
                : WriteMode.CREATE_NEW;
    }

    /** Another run or tool wrote the blob meanwhile: the seal that is tried again sees what is left to do. */
    private static StorageException overtaken(BlobName name, @Nullable StorageException e) {
        return new StorageException(
                StorageException.Kind.UNAVAILABLE,
                "blob '%s' was written by another at the same moment; it is sealed again".formatted(name),
                e);
    }

    private static TransferException exists(BlobContainer target, BlobName name) {
        TransferException refusal = new TransferException(
                Side.TARGET,
                "blob '%s' exists in container '%s'; name another blob, or add the option OverwriteBlobs to the pipeline"
                        .formatted(name, target.uri()));
        refusal.initCause(
                new StorageException(StorageException.Kind.ALREADY_EXISTS, "blob '%s' exists".formatted(name)));
        return refusal;
    }
}
