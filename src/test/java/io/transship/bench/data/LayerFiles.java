package io.transship.bench.data;

import io.transship.local.artifacts.Layer;
import io.transship.local.artifacts.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes image layers into a directory: gzipped tars of seeded content. For one thread. */
final class LayerFiles {

    private static final int CHUNK = 1 << 16;
    private static final int TEXT_FILE = 64 << 10;
    /** What deflate makes of {@link Words}, about; so a layer has about the size that was asked for. */
    private static final double TEXT_RATIO = 0.38;

    private final Path directory;
    private final long seed;

    LayerFiles(Path directory, long seed) {
        this.directory = directory;
        this.seed = seed;
    }

    /** One file of bytes that no compression makes smaller, stored as they are: the digest depends on nothing but the seed. */
    Layer random(String key, long size) throws IOException {
        return write(key, StoredGzipOutputStream::new, tar -> {
            addFile(tar, "data/" + key + ".bin", size);
            SplittableRandom random = new SplittableRandom(seedOf(key));
            byte[] chunk = new byte[CHUNK];
            for (long left = size; left > 0; left -= chunk.length) {
                random.nextBytes(chunk);
                tar.write(chunk, 0, (int) Math.min(left, chunk.length));
            }
            tar.closeArchiveEntry();
        });
    }

    /**
     * Many text files, really deflated, so the digest may differ with the version of zlib.
     *
     * @param size of the layer, within a tenth
     */
    Layer text(String key, long size) throws IOException {
        return write(key, GZIPOutputStream::new, tar -> {
            Words words = new Words(seedOf(key));
            long plain = (long) (size / TEXT_RATIO);
            for (int number = 0; plain > 0; number++, plain -= TEXT_FILE) {
                byte[] text = words.next((int) Math.min(plain, TEXT_FILE)).getBytes(StandardCharsets.US_ASCII);
                addFile(tar, "usr/share/doc/%s/%05d.txt".formatted(key, number), text.length);
                tar.write(text);
                tar.closeArchiveEntry();
            }
        });
    }

    private long seedOf(String key) {
        return seed * 1_000_003 + key.hashCode();
    }

    private static void addFile(TarArchiveOutputStream tar, String name, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
    }

    private interface Compression {
        OutputStream over(OutputStream out) throws IOException;
    }

    private interface Content {
        void writeTo(TarArchiveOutputStream tar) throws IOException;
    }

    private Layer write(String key, Compression compression, Content content) throws IOException {
        Path file = directory.resolve(key + ".tar.gz");
        MessageDigest compressed = Sha256.start();
        MessageDigest plain = Sha256.start();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), CHUNK);
                OutputStream gzip = compression.over(new DigestOutputStream(out, compressed));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new DigestOutputStream(gzip, plain))) {
            content.writeTo(tar);
        }
        return new Layer(file, Sha256.name(compressed), Sha256.name(plain), Files.size(file));
    }
}
