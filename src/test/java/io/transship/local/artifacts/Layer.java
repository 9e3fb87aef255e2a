package io.transship.local.artifacts;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * An image layer that any client can unpack: a gzipped tar with one file of seeded bytes, which no compression makes
 * smaller. The same seed and size give the same digest everywhere.
 *
 * @param file the compressed layer
 * @param digest of the file
 * @param diffId digest of the tar inside
 * @param size of the file in bytes
 */
public record Layer(Path file, String digest, String diffId, long size) {

    private static final int CHUNK = 1 << 16;

    /** Writes a layer into a directory; its file is a little larger than the size asked for. */
    static Layer create(Path directory, String name, long seed, long size) throws IOException {
        Path file = directory.resolve(name + ".tar.gz");
        MessageDigest compressed = Sha256.start();
        MessageDigest plain = Sha256.start();
        GzipParameters stored = new GzipParameters();
        stored.setCompressionLevel(Deflater.NO_COMPRESSION);
        stored.setBufferSize(CHUNK);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), CHUNK);
                OutputStream hashed = new DigestOutputStream(out, compressed);
                OutputStream gzip = new GzipCompressorOutputStream(hashed, stored);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new DigestOutputStream(gzip, plain))) {
            TarArchiveEntry entry = new TarArchiveEntry("opt/" + name + ".bin");
            entry.setSize(size);
            entry.setModTime(0);
            tar.putArchiveEntry(entry);
            writeSeeded(tar, seed, size);
            tar.closeArchiveEntry();
        }
        return new Layer(file, Sha256.name(compressed), Sha256.name(plain), Files.size(file));
    }

    static void writeSeeded(OutputStream out, long seed, long size) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] chunk = new byte[CHUNK];
        for (long left = size; left > 0; left -= chunk.length) {
            random.nextBytes(chunk);
            out.write(chunk, 0, (int) Math.min(left, chunk.length));
        }
    }
}
