package io.transship.bench.sink;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 over one connection, with as few copies as Java allows. For one thread. */
final class HttpWire {

    private static final int BUFFER = 1 << 20;
    private static final int ENOUGH_TO_PASS_ON = BUFFER / 4;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).flip();

    HttpWire(SocketChannel channel) {
        this.channel = channel;
    }

    /** Where a body goes, piece by piece. */
    interface Receiver {
        void take(ByteBuffer piece) throws IOException;
    }

    /** The next request without its body; empty when the client is done. */
    Optional<SinkRequest> next() throws IOException {
        String first = line();
        while (first != null && first.isEmpty()) {
            first = line();
        }
        if (first == null) {
            return Optional.empty();
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = required(); !line.isEmpty(); line = required()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
            send(ByteBuffer.wrap("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        }
        return Optional.of(SinkRequest.parse(first, headers));
    }

    /** Reads the body of a request to its end, and tells its length. */
    long body(SinkRequest request, Receiver receiver) throws IOException {
        if (!request.headers().getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            long length = Long.parseLong(request.headers().getOrDefault("content-length", "0"));
            piece(length, receiver);
            return length;
        }
        long total = 0;
        for (long length = chunk(); length > 0; length = chunk()) {
            piece(length, receiver);
            total += length;
            required();
        }
        while (!required().isEmpty()) {
            // Trailers say nothing that we need.
        }
        return total;
    }

    /** Sends the head of an answer. */
    void head(int status, Map<String, String> headers) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" -\r\n");
        head.append("x-ms-request-id: ")
                .append(new UUID(System.nanoTime(), status))
                .append("\r\n");
        head.append("x-ms-version: 2021-10-04\r\nServer: BlobSink\r\nDate: ")
                .append(SinkBlob.HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)))
                .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        send(ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8)));
    }

    void send(ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }

    SocketChannel channel() {
        return channel;
    }

    private long chunk() throws IOException {
        String line = required();
        int extension = line.indexOf(';');
        return Long.parseLong((extension < 0 ? line : line.substring(0, extension)).trim(), 16);
    }

    private void piece(long length, Receiver receiver) throws IOException {
        for (long left = length; left > 0; ) {
            if (!in.hasRemaining()) {
                fillAtMost(left);
            }
            int count = (int) Math.min(left, in.remaining());
            receiver.take(in.slice(in.position(), count));
            in.position(in.position() + count);
            left -= count;
        }
    }

    /** No more than the body has left, so that the buffer stays aligned with it. */
    private void fillAtMost(long left) throws IOException {
        in.clear().limit((int) Math.min(left, BUFFER));
        while (in.hasRemaining() && in.position() < ENOUGH_TO_PASS_ON) {
            if (channel.read(in) < 0) {
                throw new EOFException("the client went away inside a body");
            }
        }
        in.flip();
    }

    private String required() throws IOException {
        String line = line();
        if (line == null) {
            throw new EOFException("the client went away inside a request");
        }
        return line;
    }

    private @Nullable String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            while (in.hasRemaining()) {
                char next = (char) (in.get() & 0xff);
                if (next == '\n') {
                    return line.toString();
                }
                if (next != '\r') {
                    line.append(next);
                }
            }
            in.clear();
            int count = channel.read(in);
            in.flip();
            if (count < 0) {
                return null;
            }
        }
    }
}
