package io.transship.core.transfer;

import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.TransferException.Side;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Makes an archive of staged blocks appear, once. */
final class ArchiveSeal {

    /** Marks our archives for people and tools; a hint only, since copy tools lose metadata. */
    static final String CATEGORY = "category";

    static final String CATEGORY_ARCHIVE = "transship-archive";

    /** Tells a seal that is repeated from an archive of another run. */
    static final String SEAL = "transshipseal";

    private ArchiveSeal() {}

    /** Whether the stored blob was sealed by the transfer of this key. */
    static boolean isSealedBy(String key, Optional<BlobProperties> stored) {
        return stored.isPresent() && key.equals(stored.get().metadata().get(SEAL));
    }

    static SealResult seal(BlobContainer target, BlobName name, String key, BlockLayout layout, WriteMode mode)
            throws IOException {
        try {
            Optional<BlobProperties> stored = target.find(name);
            if (stored.isPresent() && isSealedBy(key, stored)) {
                return new SealResult.Sealed(stored.get());
            }
            StagedBlocks staged = StagedBlocks.read(target, name, key, layout);
            List<BlockLayout.Block> missing = staged.missing(layout);
            if (!missing.isEmpty()) {
                TreeSet<Integer> slices = new TreeSet<>();
                missing.forEach(block -> slices.add(layout.sliceOf(block).number()));
                return new SealResult.Incomplete(slices);
            }
            Map<String, String> metadata = new HashMap<>();
            metadata.put(CATEGORY, CATEGORY_ARCHIVE);
            metadata.put(SEAL, key);
            return new SealResult.Sealed(target.commit(name, staged.inOrder(layout), mode, metadata));
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "sealing the archive at the", e);
        }
    }
}
