package io.transship.bench.floor;

import io.transship.local.artifacts.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** HTTP by blocking sockets with lengths known in advance, some requests at once. Thread-safe. */
final class Pipes implements AutoCloseable {

    private static final String VERSION = "2021-10-04";

    private final ExecutorService threads;

    Pipes(int parallel) {
        this.threads = Executors.newFixedThreadPool(parallel);
    }

    /** One thing to do. */
    interface Work {
        void run() throws IOException;
    }

    /** Does all of it and waits for the end. */
    void all(List<Work> work) throws IOException, InterruptedException {
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (Work one : work) {
            calls.add(() -> {
                one.run();
                return true;
            });
        }
        for (Future<Boolean> one : threads.invokeAll(calls)) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new IOException("a part failed", e.getCause());
            }
        }
    }

    static HttpURLConnection open(String address) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address).toURL().openConnection();
        connection.setRequestProperty("x-ms-version", VERSION);
        return connection;
    }

    /** Begins a PUT or POST of a body of this length. */
    static HttpURLConnection sending(String method, String address, String type, long length) throws IOException {
        HttpURLConnection connection = open(address);
        connection.setRequestMethod(method);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", type);
        connection.setFixedLengthStreamingMode(length);
        return connection;
    }

    static void put(String address, String type, byte[] data, int length) throws IOException {
        HttpURLConnection connection = sending("PUT", address, type, length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(data, 0, length);
        }
        finish(connection, 201);
    }

    static void finish(HttpURLConnection connection, int expected) throws IOException {
        int status = connection.getResponseCode();
        if (status != expected) {
            throw new IOException("%s '%s' answered %d"
                    .formatted(
                            connection.getRequestMethod(), connection.getURL().getPath(), status));
        }
        try (InputStream rest = connection.getInputStream()) {
            rest.readAllBytes();
        }
    }

    static void check(MessageDigest digest, Piece piece) throws IOException {
        String found = Sha256.name(digest);
        if (!found.equals(piece.digest())) {
            throw new IOException("'%s' is '%s'".formatted(piece.digest(), found));
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
