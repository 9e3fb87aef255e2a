package io.transship.core.registry;

import io.transship.core.content.ContentMismatchException;
import io.transship.core.http.ConnectionException;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpResponse;
import io.transship.core.oci.Descriptor;
import io.transship.core.registry.RegistryException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HEAD and GET of a blob. A stream that breaks goes on by range where it broke.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs">distribution-spec
 *     1.1, pulling blobs</a>
 */
final class BlobFetch {

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    private final RegistryExchange exchange;
    private final Operation operation;
    private final URI uri;
    private final Descriptor blob;

    BlobFetch(RegistryExchange exchange, Operation operation, String repository, Descriptor blob) {
        this.exchange = exchange;
        this.operation = operation;
        this.uri = exchange.endpoint(repository + "/blobs/" + blob.digest());
        this.blob = blob;
    }

    boolean head() throws IOException {
        return exchange.run(operation, HttpRequest.of("HEAD", uri), response -> switch (response.status()) {
            case 200 -> true;
            case 404 -> false;
            default -> throw operation.refusal(response);
        });
    }

    InputStream open(long offset) throws IOException {
        if (offset < 0 || offset > blob.size()) {
            throw new IndexOutOfBoundsException("offset %,d is outside of %s".formatted(offset, blob));
        }
        if (offset > 0 && offset == blob.size()) {
            return InputStream.nullInputStream();
        }
        return new ResumingStream(offset);
    }

    /** Asks for the blob from a position on. */
    private HttpResponse connect(long position) throws IOException {
        HttpRequest request = HttpRequest.of("GET", uri);
        if (position > 0) {
            request = request.with("Range", "bytes=%d-".formatted(position));
        }
        HttpResponse response = exchange.open(operation, request);
        try {
            switch (response.status()) {
                case 200 -> checkWhole(response);
                case 206 -> checkRange(response, position);
                default -> throw operation.refusal(response);
            }
            return response;
        } catch (IOException | RuntimeException e) {
            response.close();
            throw e;
        }
    }

    private void checkWhole(HttpResponse response) throws ContentMismatchException {
        long length = response.contentLength().orElse(blob.size());
        if (length != blob.size()) {
            throw new ContentMismatchException(
                    blob,
                    "registry %s: %s failed: it has %,d bytes, its descriptor says %,d"
                            .formatted(operation.registry(), operation.what(), length, blob.size()));
        }
    }

    private void checkRange(HttpResponse response, long position) throws RegistryException {
        String header = response.header("Content-Range").orElse("");
        Matcher range = CONTENT_RANGE.matcher(header);
        boolean right = range.matches()
                && Long.parseLong(range.group(1)) == position
                && (range.group(3).equals("*") || Long.parseLong(range.group(3)) == blob.size());
        if (!right) {
            throw operation.failure(
                    Kind.REJECTED,
                    "asked for bytes from %d of %d, got 206 with Content-Range '%s'"
                            .formatted(position, blob.size(), header),
                    null);
        }
    }

    /** Reads from one connection after the other until the blob's size is reached. Not thread-safe. */
    private final class ResumingStream extends InputStream {

        /** Gained by a connection, so many bytes make it a success and the count of failures starts anew. */
        private static final long PROGRESS = 64 * 1024;

        private static final int DISCARD_BYTES = 64 * 1024;

        private @Nullable HttpResponse response;
        private long position;
        private long brokenAt;
        private long surplus;
        private int failures;

        ResumingStream(long offset) throws IOException {
            position = offset;
            brokenAt = offset;
            connection();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (position < blob.size()) {
                try {
                    HttpResponse current = connection();
                    discardSurplus(current);
                    int count = current.body().read(buffer, offset, (int) Math.min(length, blob.size() - position));
                    if (count > 0) {
                        position += count;
                        return count;
                    }
                    throw new ConnectionException("the response ended early", new EOFException());
                } catch (ConnectionException e) {
                    broken(e);
                }
            }
            return -1;
        }

        private HttpResponse connection() throws IOException {
            HttpResponse current = response;
            if (current == null) {
                current = connect(position);
                // A server without ranges starts over; so do we, without handing out anything twice.
                surplus = current.status() == 200 ? position : 0;
                response = current;
            }
            return current;
        }

        private void discardSurplus(HttpResponse current) throws IOException {
            byte[] sink = new byte[(int) Math.min(DISCARD_BYTES, surplus)];
            while (surplus > 0) {
                int count = current.body().read(sink, 0, (int) Math.min(sink.length, surplus));
                if (count < 0) {
                    throw new ConnectionException("the response ended early", new EOFException());
                }
                surplus -= count;
            }
        }

        private void broken(ConnectionException e) throws IOException {
            close();
            failures = position - brokenAt >= PROGRESS ? 1 : failures + 1;
            brokenAt = position;
            if (failures >= exchange.retries().attempts()) {
                throw operation.failure(
                        Kind.UNAVAILABLE,
                        "%s; it stopped at byte %,d of %,d for the %d. time"
                                .formatted(e.getMessage(), position, blob.size(), failures),
                        e);
            }
            exchange.retries().pauseAfter(failures);
        }

        @Override
        public void close() throws IOException {
            HttpResponse current = response;
            response = null;
            if (current != null) {
                current.close();
            }
        }
    }
}
