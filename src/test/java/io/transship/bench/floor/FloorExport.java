package io.transship.bench.floor;

import io.transship.local.artifacts.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Fetches pieces in any order, each straight into the blocks of the archive where it belongs; a full block is sent at once. */
final class FloorExport {

    static final int BLOCK = 8 << 20;

    private static final int CHUNK = 256 << 10;
    private static final int RECORD = 512;
    private static final String BYTES = "application/octet-stream";

    private final String registry;
    private final String blob;
    private final String sas;
    private final List<Piece> pieces;
    private final long length;
    private final Map<Integer, Block> blocks = new ConcurrentHashMap<>();
    private final Queue<byte[]> free = new ConcurrentLinkedQueue<>();

    private static final class Block {

        final byte[] data;
        final AtomicLong missing;

        Block(byte[] data, long missing) {
            this.data = data;
            this.missing = new AtomicLong(missing);
        }
    }

    FloorExport(String registry, String blob, String sas, List<Piece> pieces) {
        this.registry = registry;
        this.blob = blob;
        this.sas = sas;
        this.pieces = pieces;
        this.length = Piece.archiveLength(pieces);
    }

    void run(Pipes pipes) throws IOException, InterruptedException {
        List<Pipes.Work> work = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece.first()) {
                work.add(() -> fetch(piece));
            }
        }
        work.add(() -> give(length - 2 * RECORD, new byte[2 * RECORD], 2 * RECORD));
        pipes.all(work);
        int count = (int) ((length + BLOCK - 1) / BLOCK);
        byte[] list = IntStream.range(0, count)
                .mapToObj(number -> "<Latest>" + id(number) + "</Latest>")
                .collect(Collectors.joining("", "<BlockList>", "</BlockList>"))
                .getBytes(StandardCharsets.UTF_8);
        Pipes.put(blob + "?comp=blocklist&" + sas, BYTES, list, list.length);
    }

    private void fetch(Piece piece) throws IOException {
        byte[] header = header("blobs/sha256/" + piece.digest().substring("sha256:".length()), piece.size());
        give(piece.offset(), header, RECORD);
        HttpURLConnection connection = Pipes.open("%s/v2/%s/%s/%s"
                .formatted(registry, piece.repository(), piece.manifest() ? "manifests" : "blobs", piece.digest()));
        connection.setRequestProperty("Accept", piece.manifest() ? piece.mediaType() : "*/*");
        MessageDigest digest = Sha256.start();
        long at = piece.dataOffset();
        try (InputStream in = connection.getInputStream()) {
            for (long left = piece.size(); left > 0; ) {
                int number = (int) (at / BLOCK);
                int offset = (int) (at % BLOCK);
                int wanted = (int) Math.min(left, BLOCK - offset);
                Block block = block(number);
                read(in, block.data, offset, wanted, digest);
                at += wanted;
                left -= wanted;
                filled(number, block, wanted);
            }
        }
        Pipes.check(digest, piece);
        give(at, new byte[RECORD], piece.padding());
    }

    private static void read(InputStream in, byte[] data, int offset, int length, MessageDigest digest)
            throws IOException {
        for (int done = 0; done < length; ) {
            int count = in.read(data, offset + done, Math.min(length - done, CHUNK));
            if (count < 0) {
                throw new EOFException("a content is too short");
            }
            digest.update(data, offset + done, count);
            done += count;
        }
    }

    private void give(long offset, byte[] data, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int number = (int) ((offset + done) / BLOCK);
            int in = (int) ((offset + done) % BLOCK);
            int count = Math.min(length - done, BLOCK - in);
            Block block = block(number);
            System.arraycopy(data, done, block.data, in, count);
            done += count;
            filled(number, block, count);
        }
    }

    private Block block(int number) {
        return blocks.computeIfAbsent(number, key -> {
            byte[] used = free.poll();
            return new Block(used == null ? new byte[BLOCK] : used, lengthOf(number));
        });
    }

    private int lengthOf(int number) {
        return (int) Math.min(BLOCK, length - (long) number * BLOCK);
    }

    private void filled(int number, Block block, int count) throws IOException {
        if (block.missing.addAndGet(-count) == 0) {
            String address = "%s?comp=block&blockid=%s&%s"
                    .formatted(blob, URLEncoder.encode(id(number), StandardCharsets.UTF_8), sas);
            Pipes.put(address, BYTES, block.data, lengthOf(number));
            blocks.remove(number);
            free.add(block.data);
        }
    }

    private static String id(int number) {
        return Base64.getEncoder().encodeToString("%09d".formatted(number).getBytes(StandardCharsets.US_ASCII));
    }

    /** A ustar header; no library, whose classes would be the most of a small set's time. */
    private static byte[] header(String name, long size) {
        byte[] header = new byte[RECORD];
        set(header, 0, name);
        set(header, 100, "0000644");
        set(header, 108, "0000000");
        set(header, 116, "0000000");
        set(header, 124, "%011o".formatted(size));
        set(header, 136, "00000000000");
        set(header, 148, "        0");
        set(header, 257, "ustar");
        set(header, 263, "00");
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xff;
        }
        set(header, 148, "%06o\0".formatted(sum));
        return header;
    }

    private static void set(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
