package io.transship.core.content;

import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Passes on content while it checks its size and digest. The last bytes are handed out only after the digest was found
 * right, so a consumer that counts to the expected size never completes wrong content. Not thread-safe; closing closes
 * the wrapped stream.
 */
public final class VerifyingInputStream extends FilterInputStream {

    private final Descriptor expected;
    private final MessageDigest hasher;
    private long remaining;
    private boolean verified;

    /**
     * Wraps a stream.
     *
     * @param in must start at the first byte of the content and may go on after its end, which is not read
     */
    public VerifyingInputStream(InputStream in, Descriptor expected) throws IOException {
        super(in);
        this.expected = expected;
        this.hasher = expected.digest().algorithm().newHasher();
        this.remaining = expected.size();
        if (remaining == 0) {
            verify();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (remaining == 0) {
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        int count = in.read(buffer, offset, (int) Math.min(length, remaining));
        if (count < 0) {
            throw new ContentMismatchException(
                    expected,
                    "content %s ended after %,d bytes; expected %,d"
                            .formatted(expected.digest(), expected.size() - remaining, expected.size()));
        }
        hasher.update(buffer, offset, count);
        remaining -= count;
        if (remaining == 0) {
            verify();
        }
        return count;
    }

    /** Whether all bytes were read and found right. */
    public boolean isVerified() {
        return verified;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] sink = new byte[(int) Math.min(8192, Math.max(count, 0))];
        long skipped = 0;
        while (skipped < count) {
            int read = read(sink, 0, (int) Math.min(sink.length, count - skipped));
            if (read < 0) {
                break;
            }
            skipped += read;
        }
        return skipped;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(in.available(), remaining);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void verify() throws ContentMismatchException {
        Digest actual = Digest.finish(expected.digest().algorithm(), hasher.digest());
        if (!actual.equals(expected.digest())) {
            throw new ContentMismatchException(
                    expected,
                    "content is damaged: expected digest %s over %,d bytes, got %s"
                            .formatted(expected.digest(), expected.size(), actual));
        }
        verified = true;
    }
}
