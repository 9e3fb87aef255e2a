package io.transship.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A line to a server of the local cloud, or to several that are the same to whoever calls. It counts the bytes that pass,
 * and it can go dead after a number of them: who uses it then waits until it is mended. It looks at nothing that passes, so
 * TLS passes too. Safe for use by several threads.
 */
public final class NetworkLine implements AutoCloseable {

    private static final int CHUNK = 16 * 1024;

    private final List<URI> servers;
    private final AtomicInteger turn = new AtomicInteger();
    private final ServerSocket entrance;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Map<Direction, Gate> gates = new EnumMap<>(Direction.class);

    /** Which way bytes go. */
    public enum Direction {
        TO_SERVER,
        FROM_SERVER
    }

    private NetworkLine(List<URI> servers, ServerSocket entrance) {
        this.servers = List.copyOf(servers);
        this.entrance = entrance;
        for (Direction direction : Direction.values()) {
            gates.put(direction, new Gate());
        }
    }

    /** Lays a line from a free port of 127.0.0.1 to a server. */
    public static NetworkLine to(URI server) throws IOException {
        return toAnyOf(List.of(server));
    }

    /** The same to several servers: connections go to them in turn, past those that are away. */
    static NetworkLine toAnyOf(List<URI> servers) throws IOException {
        NetworkLine line = new NetworkLine(servers, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        line.threads.execute(line::accept);
        return line;
    }

    /** Where the line begins, to be used in place of the server's address. */
    public URI uri() {
        return URI.create("%s://127.0.0.1:%d".formatted(servers.getFirst().getScheme(), entrance.getLocalPort()));
    }

    /** Bytes that passed, over all connections. */
    public long passed(Direction direction) {
        return gate(direction).passed();
    }

    /** Lets the line go dead when so many more bytes have passed. */
    public void dieAfter(Direction direction, long bytes) {
        gate(direction).closeAfter(bytes);
    }

    /** Whether the line went dead: the bytes that it was to let through have passed. */
    public boolean isDead(Direction direction) {
        return gate(direction).isClosed();
    }

    /** Cuts all connections, and what is on its way is lost; then the line is as new. */
    public void mend() {
        connections.forEach(Connection::cut);
        gates.values().forEach(Gate::open);
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        connections.forEach(Connection::cut);
        gates.values().forEach(Gate::open);
        threads.close();
    }

    private Gate gate(Direction direction) {
        Gate gate = gates.get(direction);
        if (gate == null) {
            throw new IllegalStateException("a line has a gate in each direction");
        }
        return gate;
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
        Connection connection;
        try {
            connection = new Connection(client, reach());
        } catch (IOException e) {
            client.close(); // Every server is away, and the client sees that.
            return;
        }
        connections.add(connection);
        threads.execute(() -> pass(connection, Direction.TO_SERVER));
        threads.execute(() -> pass(connection, Direction.FROM_SERVER));
    }

    private Socket reach() throws IOException {
        IOException away = new IOException("the line leads nowhere");
        for (int tried = 0; tried < servers.size(); tried++) {
            URI server = servers.get(Math.floorMod(turn.getAndIncrement(), servers.size()));
            try {
                return new Socket(server.getHost(), server.getPort());
            } catch (IOException e) {
                away = e;
            }
        }
        throw away;
    }

    private void pass(Connection connection, Direction direction) {
        Socket from = direction == Direction.TO_SERVER ? connection.client() : connection.server();
        Socket to = direction == Direction.TO_SERVER ? connection.server() : connection.client();
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                for (int done = 0; done < read; ) {
                    int admitted = gate(direction).admit(read - done, connection);
                    out.write(chunk, done, admitted);
                    done += admitted;
                }
            }
        } catch (IOException e) {
            // One of the ends closed the connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.cut();
            connections.remove(connection);
        }
    }

    private record Connection(Socket client, Socket server) {

        void cut() {
            for (Socket end : List.of(client, server)) {
                try {
                    end.close();
                } catch (IOException e) {
                    // It is gone all the same.
                }
            }
        }
    }

    /** Counts the bytes of one direction, and lets only so many through. */
    private static final class Gate {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private long passed;
        private long limit = Long.MAX_VALUE;

        /** Waits until at least one byte may pass; gives how many of those that want to. */
        int admit(int wanted, Connection connection) throws IOException, InterruptedException {
            lock.lock();
            try {
                while (passed >= limit && !connection.client().isClosed()) {
                    changed.await();
                }
                if (connection.client().isClosed()) {
                    throw new IOException("the connection was cut");
                }
                int admitted = (int) Math.min(wanted, limit - passed);
                passed += admitted;
                return admitted;
            } finally {
                lock.unlock();
            }
        }

        void closeAfter(long bytes) {
            lock.lock();
            try {
                limit = passed + bytes;
            } finally {
                lock.unlock();
            }
        }

        void open() {
            lock.lock();
            try {
                limit = Long.MAX_VALUE;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        boolean isClosed() {
            lock.lock();
            try {
                return passed >= limit;
            } finally {
                lock.unlock();
            }
        }

        long passed() {
            lock.lock();
            try {
                return passed;
            } finally {
                lock.unlock();
            }
        }
    }
}
