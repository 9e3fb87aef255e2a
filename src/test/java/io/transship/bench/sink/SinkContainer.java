package io.transship.bench.sink;

import io.transship.bench.sink.SinkBlob.Block;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blobs of a container and the blocks staged for them. What it knows is in memory; bytes are in files. Thread-safe. */
final class SinkContainer {

    private static final Pattern LISTED = Pattern.compile("<(Latest|Committed|Uncommitted)>([^<]*)</");
    private static final AtomicLong VERSIONS = new AtomicLong(0x8dc0000000000000L);

    private final Map<String, SinkBlob> blobs = new TreeMap<>();
    private final Map<String, Map<String, Block>> staged = new TreeMap<>();
    private final Set<Path> files = new HashSet<>();

    /** A block that is there and cannot be seen yet; one of the same id before it is replaced. */
    synchronized void stage(String name, Block block) {
        files.add(block.file());
        staged.computeIfAbsent(name, key -> new LinkedHashMap<>()).put(block.id(), block);
    }

    /** Makes staged blocks the blob, as the body of a Put Block List names them. */
    synchronized SinkBlob commit(String name, String list, SinkRequest request) throws Refusal {
        checkWrite(name, request);
        Map<String, Block> waiting = staged.getOrDefault(name, Map.of());
        Optional<SinkBlob> before = Optional.ofNullable(blobs.get(name));
        List<Block> blocks = new ArrayList<>();
        Matcher listed = LISTED.matcher(list);
        while (listed.find()) {
            String id = listed.group(2);
            Optional<Block> uncommitted =
                    listed.group(1).equals("Committed") ? Optional.empty() : Optional.ofNullable(waiting.get(id));
            Optional<Block> committed =
                    listed.group(1).equals("Uncommitted") ? Optional.empty() : before.flatMap(blob -> blob.block(id));
            blocks.add(uncommitted.or(() -> committed).orElseThrow(() -> new Refusal(400, "InvalidBlockList")));
        }
        return put(name, blocks, request);
    }

    /** Makes these bytes the blob at once. */
    synchronized SinkBlob write(String name, Block block, SinkRequest request) throws Refusal {
        files.add(block.file());
        checkWrite(name, request);
        return put(name, List.of(block), request);
    }

    /** A blob as a read with these conditions may see it. */
    synchronized SinkBlob read(String name, SinkRequest request) throws Refusal {
        SinkBlob blob = blobs.get(name);
        if (blob == null) {
            throw new Refusal(404, "BlobNotFound");
        }
        checkMatch(blob, request);
        return blob;
    }

    synchronized void delete(String name, SinkRequest request) throws Refusal {
        read(name, request);
        blobs.remove(name);
    }

    synchronized Optional<SinkBlob> find(String name) {
        return Optional.ofNullable(blobs.get(name));
    }

    synchronized List<Block> staged(String name) {
        return List.copyOf(staged.getOrDefault(name, Map.of()).values());
    }

    synchronized Map<String, SinkBlob> blobs(String prefix) {
        Map<String, SinkBlob> found = new LinkedHashMap<>();
        blobs.forEach((name, blob) -> {
            if (name.startsWith(prefix)) {
                found.put(name, blob);
            }
        });
        return found;
    }

    /** All files that it ever had; nobody may read from it any more. */
    synchronized Set<Path> files() {
        return Set.copyOf(files);
    }

    private SinkBlob put(String name, List<Block> blocks, SinkRequest request) {
        SinkBlob blob = SinkBlob.of(
                blocks,
                "\"0x" + Long.toHexString(VERSIONS.incrementAndGet()).toUpperCase(Locale.ROOT) + "\"",
                request.kept());
        staged.remove(name);
        blobs.put(name, blob);
        return blob;
    }

    private void checkWrite(String name, SinkRequest request) throws Refusal {
        SinkBlob blob = blobs.get(name);
        if (blob != null && request.header("if-none-match").equals(Optional.of("*"))) {
            throw new Refusal(409, "BlobAlreadyExists");
        }
        if (blob == null && request.header("if-match").isPresent()) {
            throw new Refusal(412, "ConditionNotMet");
        }
        if (blob != null) {
            checkMatch(blob, request);
        }
    }

    private static void checkMatch(SinkBlob blob, SinkRequest request) throws Refusal {
        Optional<String> wanted = request.header("if-match");
        if (wanted.isPresent() && !wanted.get().equals("*") && !wanted.get().equals(blob.etag())) {
            throw new Refusal(412, "ConditionNotMet");
        }
    }
}
