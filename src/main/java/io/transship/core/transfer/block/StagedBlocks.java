package io.transship.core.transfer.block;

import io.transship.core.oci.Digest;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.StagedBlock;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.block.BlockLayout.Block;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What of one transfer is staged at its target: the checkpoint. A block's id holds the transfer's key, so two transfers
 * never mix; its index; and a checksum of its bytes, so that a block which was read with other bytes before is noticed and
 * never sealed unnoticed. Of a block that the service fetched by itself nobody here has seen the bytes: its id says that in
 * place of the checksum.
 */
final class StagedBlocks {

    private static final int KEY_LENGTH = 16;

    /** As long as a checksum, and never equal to one. */
    private static final String COPIED = "-copied-";

    private static final Pattern SENT_ID = Pattern.compile("[0-9a-f]{16}-(\\d{6})-[0-9a-f]{8}");

    private final String key;
    private final Map<Integer, List<String>> idsByIndex;
    private final Optional<BlobProperties> basis;

    private StagedBlocks(String key, Map<Integer, List<String>> idsByIndex, Optional<BlobProperties> basis) {
        this.key = key;
        this.idsByIndex = idsByIndex;
        this.basis = basis;
    }

    /**
     * What is transferred and on whose behalf.
     *
     * @param content says which bytes the archive is made of: equal only for equal bytes
     * @param run makes a transfer's blocks its own
     */
    record Transfer(String content, String run) {

        /** Tells transfers apart; part of every block's id. */
        String key() {
            return Digest.sha256Of((content + "\n" + run).getBytes(StandardCharsets.UTF_8))
                    .hex()
                    .substring(0, KEY_LENGTH);
        }
    }

    /**
     * Asks the target. Blocks of other transfers and blocks of a wrong size do not count; but those of the blob that is there
     * do, if it is an archive of the same bytes: they are named again and not sent again.
     */
    static StagedBlocks read(BlobContainer target, BlobName name, Transfer transfer, BlockLayout layout)
            throws IOException {
        String key = transfer.key();
        Map<Integer, List<String>> ids = new HashMap<>();
        for (StagedBlock staged : target.stagedBlocks(name)) {
            String id = staged.id();
            if (id.length() != KEY_LENGTH + 16 || !id.startsWith(key + "-")) {
                continue;
            }
            int index = Integer.parseInt(id.substring(KEY_LENGTH + 1, KEY_LENGTH + 7));
            if (index < layout.blocks().size() && layout.blocks().get(index).length() == staged.size()) {
                ids.computeIfAbsent(index, unused -> new ArrayList<>(1)).add(id);
            }
        }
        if (ids.size() == layout.blocks().size()) {
            return new StagedBlocks(key, ids, Optional.empty());
        }
        Optional<BlobProperties> basis =
                target.find(name).filter(blob -> ArchiveSeal.isMadeOf(blob, transfer.content()));
        if (basis.isPresent()) {
            addCommitted(target.committedBlocks(name), layout, ids);
        }
        return new StagedBlocks(key, ids, basis);
    }

    /** Only blocks that were sent from here once, and with them their checksums; and only if all are where they should be. */
    private static void addCommitted(List<StagedBlock> committed, BlockLayout layout, Map<Integer, List<String>> ids) {
        if (committed.size() != layout.blocks().size()) {
            return;
        }
        for (Block block : layout.blocks()) {
            StagedBlock one = committed.get(block.index());
            Matcher id = SENT_ID.matcher(one.id());
            if (one.size() == block.length()
                    && id.matches()
                    && Integer.parseInt(id.group(1)) == block.index()
                    && !ids.containsKey(block.index())) {
                ids.put(block.index(), List.of(one.id()));
            }
        }
    }

    /** The version of the blob that some of these blocks may belong to. */
    Optional<BlobProperties> basis() {
        return basis;
    }

    /** The id under which these bytes of a block are staged. */
    static String id(String key, Block block, byte[] data, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(data, 0, length);
        return "%s-%06d-%08x".formatted(key, block.index(), checksum.getValue());
    }

    String id(Block block, byte[] data) {
        return id(key, block, data, block.length());
    }

    /** The id under which a block is staged that the service fetches by itself. */
    String copiedId(Block block) {
        return "%s-%06d-%s".formatted(key, block.index(), COPIED);
    }

    boolean holds(Block block) {
        return idsByIndex.containsKey(block.index());
    }

    boolean holds(List<Block> blocks) {
        return blocks.stream().allMatch(this::holds);
    }

    boolean holds(Block block, String id) {
        return idsByIndex.getOrDefault(block.index(), List.of()).contains(id);
    }

    boolean holdsCopied(Block block) {
        return holds(block, copiedId(block));
    }

    /** Whether the service fetched this block by itself. */
    static boolean isCopied(String id) {
        return id.endsWith(COPIED);
    }

    /** The blocks of a layout that are not staged. */
    List<Block> missing(BlockLayout layout) {
        return layout.blocks().stream().filter(block -> !holds(block)).toList();
    }

    /**
     * The ids of all blocks, in order. Where a block was both fetched by the service and sent from here, what was sent is
     * taken: its bytes were seen.
     *
     * @throws TransferException if a block was staged with two different contents: one of the two was read wrong
     */
    List<String> inOrder(BlockLayout layout) throws TransferException {
        List<String> ids = new ArrayList<>(layout.blocks().size());
        for (Block block : layout.blocks()) {
            List<String> all = idsByIndex.getOrDefault(block.index(), List.of());
            List<String> sent = all.stream().filter(id -> !isCopied(id)).toList();
            List<String> candidates = sent.isEmpty() ? all : sent;
            if (candidates.size() != 1) {
                throw new TransferException(
                        TransferException.Side.SOURCE,
                        "the source delivered different bytes at two readings of the archive's bytes %,d to %,d, so the archive is not sealed; check the source and start another run"
                                .formatted(block.offset(), block.offset() + block.length()));
            }
            ids.add(candidates.getFirst());
        }
        return ids;
    }
}
