package io.transship.core.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.jspecify.annotations.Nullable;

/** Sends a body of fixed length and remembers whether it was the source or the connection that failed. */
final class ApacheBody extends AbstractHttpEntity {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final HttpBody body;
    private @Nullable IOException sourceFailure;

    ApacheBody(HttpBody body) {
        super((String) null, null);
        this.body = body;
    }

    @Nullable IOException sourceFailure() {
        return sourceFailure;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, body.length())];
        try (InputStream in = open()) {
            long remaining = body.length();
            while (remaining > 0) {
                int count = read(in, buffer, remaining);
                out.write(buffer, 0, count);
                remaining -= count;
            }
        }
    }

    private InputStream open() throws IOException {
        try {
            return body.content().open();
        } catch (IOException e) {
            sourceFailure = e;
            throw e;
        }
    }

    private int read(InputStream in, byte[] buffer, long remaining) throws IOException {
        try {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, remaining));
            if (count < 0) {
                throw new EOFException("the body of a request ended after %,d bytes; expected %,d"
                        .formatted(body.length() - remaining, body.length()));
            }
            return count;
        } catch (IOException e) {
            sourceFailure = e;
            throw e;
        }
    }

    @Override
    public long getContentLength() {
        return body.length();
    }

    @Override
    public InputStream getContent() throws IOException {
        return body.content().open();
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public boolean isStreaming() {
        return true;
    }

    @Override
    public void close() {
        // The stream is closed where it is opened.
    }
}
