package io.transship.bench.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Serves on a free port of 127.0.0.1 until it is closed. It speaks what the SDK, our own clients and AzCopy say to block
 * blobs, and passes bytes on about ten times as fast as Azurite, so that a client's speed can be seen.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api">Blob service REST API</a>
 */
public final class BlobSink implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final ServerSocketChannel entrance;
    private final SinkService service;

    private BlobSink(ServerSocketChannel entrance, SinkService service) {
        this.entrance = entrance;
        this.service = service;
    }

    /**
     * Serves until the process is ended, and prints where.
     *
     * @param arguments an existing directory for the blocks
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (BlobSink sink = start(Path.of(arguments[0]))) {
            System.out.println("listening on 127.0.0.1:" + sink.port());
            Thread.currentThread().join();
        }
    }

    /** Starts in this process. */
    static BlobSink start(Path directory) throws IOException {
        ServerSocketChannel entrance = ServerSocketChannel.open();
        entrance.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        BlobSink sink = new BlobSink(entrance, new SinkService(directory));
        Thread.ofPlatform().daemon().name("blob-sink").start(sink::accept);
        return sink;
    }

    int port() {
        return entrance.socket().getLocalPort();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }

    private void accept() {
        while (entrance.isOpen()) {
            try {
                SocketChannel client = entrance.accept();
                // Not virtual: writing to files holds the thread below a virtual one.
                Thread.ofPlatform().daemon().name("blob-sink-connection").start(() -> serve(client));
            } catch (IOException e) {
                if (entrance.isOpen()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            service.serve(new HttpWire(client));
        } catch (IOException e) {
            // The client went away.
        }
    }
}
