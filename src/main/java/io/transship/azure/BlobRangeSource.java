package io.transship.azure;

import com.azure.storage.blob.BlobAsyncClient;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.DownloadRetryOptions;
import io.transship.core.content.RangeSource;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Objects;
import java.util.stream.Stream;
import reactor.core.Exceptions;

/**
 * A version of a stored blob, read by range: one ranged GET with {@code If-Match} for each open, pulled as the reader goes.
 *
 * <p>The synchronous client can only push into an {@code OutputStream} or hand out whole buffers, so this is the
 * asynchronous one behind a blocking iterator. Its flow control keeps some 16 KiB buffers per open range, whatever the
 * range's length, and a connection that breaks is replaced by the SDK, which asks for the rest of the same version.
 */
final class BlobRangeSource implements RangeSource {

    /** Reconnections within one range. */
    private static final int MAX_RESUMES = 5;

    /** Buffers asked for ahead of the reader. */
    private static final int READ_AHEAD = 64;

    private final BlobAsyncClient client;
    private final BlobProperties blob;
    private final String subject;
    private final StorageErrors errors;

    BlobRangeSource(BlobAsyncClient client, BlobProperties blob, String subject, StorageErrors errors) {
        this.client = client;
        this.blob = blob;
        this.subject = subject;
        this.errors = errors;
    }

    @Override
    public long length() {
        return blob.length();
    }

    @Override
    public InputStream open(long offset, long length) throws IOException {
        Objects.checkFromIndexSize(offset, length, blob.length());
        if (length == 0) {
            return InputStream.nullInputStream();
        }
        try {
            Stream<ByteBuffer> buffers = client.downloadStreamWithResponse(
                            new BlobRange(offset, length),
                            new DownloadRetryOptions().setMaxRetryRequests(MAX_RESUMES),
                            new BlobRequestConditions().setIfMatch(blob.etag()),
                            false)
                    .blockOptional()
                    .orElseThrow()
                    .getValue()
                    .toStream(READ_AHEAD);
            return new BufferStream(buffers, length);
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    private StorageException failure(RuntimeException e) {
        return errors.map("read", subject, Exceptions.unwrap(e));
    }

    /** Buffers as they arrive, read as one stream. Closing it early drops the connection. */
    private final class BufferStream extends InputStream {

        private final Stream<ByteBuffer> buffers;
        private final Iterator<ByteBuffer> arriving;
        private ByteBuffer current = ByteBuffer.allocate(0);
        private long left;

        BufferStream(Stream<ByteBuffer> buffers, long length) {
            this.buffers = buffers;
            this.arriving = buffers.iterator();
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            fill();
            int count = Math.min(length, current.remaining());
            current.get(target, offset, count);
            left -= count;
            return count;
        }

        @Override
        public int available() {
            return current.remaining();
        }

        @Override
        public void close() {
            buffers.close();
        }

        private void fill() throws IOException {
            try {
                while (!current.hasRemaining()) {
                    if (!arriving.hasNext()) {
                        throw new StorageException(
                                StorageException.Kind.UNAVAILABLE,
                                "read %s ended %,d bytes early; try again later".formatted(subject, left));
                    }
                    current = arriving.next();
                }
            } catch (RuntimeException e) {
                throw failure(e);
            }
        }
    }
}
