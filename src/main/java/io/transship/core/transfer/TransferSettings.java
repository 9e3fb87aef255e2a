package io.transship.core.transfer;

import io.transship.core.storage.BlobContainer;

/**
 * The measures of a transfer. Recorded with each run, so that a setting that changes between two steps cannot tear it.
 *
 * @param blockBytes size that blocks are cut to, at most {@link BlobContainer#MAX_BLOCK_BYTES}
 * @param sliceBytes size that slices are filled up to; one content larger than that is a slice alone
 */
public record TransferSettings(int blockBytes, long sliceBytes) {

    private static final int MIB = 1024 * 1024;

    /** Blocks of 8 MiB: larger ones need more memory in flight, smaller ones more requests. */
    public static final TransferSettings DEFAULT = new TransferSettings(8 * MIB, 1024L * MIB);

    public TransferSettings {
        if (blockBytes < 64 * 1024 || blockBytes > BlobContainer.MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException("block size must be 64 KiB to %d MiB, not %,d bytes"
                    .formatted(BlobContainer.MAX_BLOCK_BYTES / MIB, blockBytes));
        }
        if (sliceBytes < blockBytes) {
            throw new IllegalArgumentException("slice size must be at least the block size of %,d bytes, not %,d"
                    .formatted(blockBytes, sliceBytes));
        }
    }
}
