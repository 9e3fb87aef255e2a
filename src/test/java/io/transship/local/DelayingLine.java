package io.transship.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A line to a server that is far away: every byte arrives later than it was sent, half of the latency in each direction, and
 * bytes on their way do not hold up each other. A new connection costs one round trip more, as it does in TCP. A connection
 * has at most 4 MiB on its way in a direction, which is about the window that systems allow. Safe for use by several threads.
 */
public final class DelayingLine implements AutoCloseable {

    private static final int CHUNK = 64 << 10;
    private static final int WINDOW_CHUNKS = 64;

    private final URI server;
    private final long oneWay;
    private final ServerSocket entrance;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Bytes on their way; none at the end of a connection. */
    private record Sent(ByteBuffer data, long due) {}

    private DelayingLine(URI server, Duration latency, ServerSocket entrance) {
        this.server = server;
        this.oneWay = latency.toNanos() / 2;
        this.entrance = entrance;
    }

    /**
     * Lays a line from a free port of 127.0.0.1 to a server.
     *
     * @param latency there and back
     */
    public static DelayingLine to(URI server, Duration latency) throws IOException {
        DelayingLine line =
                new DelayingLine(server, latency, new ServerSocket(0, 200, InetAddress.getLoopbackAddress()));
        line.threads.execute(line::accept);
        return line;
    }

    /** Where the line begins, with the path of the server's address. */
    public URI uri() {
        return URI.create(
                "%s://127.0.0.1:%d%s".formatted(server.getScheme(), entrance.getLocalPort(), server.getRawPath()));
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        open.forEach(DelayingLine::end);
        threads.shutdownNow();
        threads.close();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                connect(entrance.accept());
            } catch (IOException e) {
                // The line is closed.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket far;
        try {
            far = new Socket(server.getHost(), server.getPort());
        } catch (IOException e) {
            client.close(); // The server is away, and the client sees that.
            return;
        }
        client.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        open.add(client);
        open.add(far);
        long connected = System.nanoTime() + 2 * oneWay;
        pass(client, far, connected);
        pass(far, client, connected);
    }

    private void pass(Socket from, Socket to, long connected) {
        BlockingQueue<Sent> way = new ArrayBlockingQueue<>(WINDOW_CHUNKS);
        threads.execute(() -> depart(from, way, connected));
        threads.execute(() -> arrive(way, from, to));
    }

    private void depart(Socket from, BlockingQueue<Sent> way, long connected) {
        byte[] chunk = new byte[CHUNK];
        try {
            try {
                InputStream in = from.getInputStream();
                for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                    way.put(new Sent(ByteBuffer.wrap(Arrays.copyOf(chunk, read)), due(connected)));
                }
            } catch (IOException e) {
                // One of the ends closed the connection.
            }
            way.put(new Sent(ByteBuffer.allocate(0), due(connected)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long due(long connected) {
        return Math.max(System.nanoTime(), connected) + oneWay;
    }

    private void arrive(BlockingQueue<Sent> way, Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            for (Sent sent = way.take(); sent.data().hasRemaining(); sent = way.take()) {
                TimeUnit.NANOSECONDS.sleep(sent.due() - System.nanoTime());
                out.write(sent.data().array());
            }
        } catch (IOException e) {
            // One of the ends closed the connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(from);
            end(to);
            open.remove(from);
            open.remove(to);
            way.clear(); // Whoever still sends is not to wait for room.
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
    }
}
