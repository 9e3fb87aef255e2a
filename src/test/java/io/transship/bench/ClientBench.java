package io.transship.bench;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import io.transship.azure.AzureHttp;
import io.transship.azure.SocketHttpClient;
import io.transship.azure.blob.AzureBlobContainers;
import io.transship.azure.identity.AzureIdentities;
import io.transship.bench.machine.Counters;
import io.transship.core.http.ApacheHttpTransport;
import io.transship.core.http.HttpBody;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpResponse;
import io.transship.core.http.HttpTransport;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.Fanout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a block costs that is staged or read by one HTTP client or another: in turn, on the blob sink, four at once. One JVM
 * for all, so that all have warm code. For the choice of the client of the data path.
 */
final class ClientBench {

    private static final int BLOCK = 8 * 1024 * 1024;
    private static final int BLOCKS = 64;
    private static final int PARALLEL = 4;
    private static final int ROUNDS = 5;

    /** A client under test. */
    private interface Client {

        void put(URI block, byte[] data) throws IOException, InterruptedException;

        /** Reads a range to its end. */
        long get(URI blob, long offset, long length) throws IOException, InterruptedException;
    }

    private ClientBench() {}

    /** Prints a table. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("transship-bench-");
        Path blocks = Files.createDirectories(
                Path.of("/dev/shm/transship-bench-" + ProcessHandle.current().pid()));
        try (BlobStandIn sink = BlobStandIn.sink(directory, blocks);
                HttpTransport transport = new ApacheHttpTransport()) {
            sink.clear();
            Map<String, Client> clients = new LinkedHashMap<>();
            clients.put("HttpURLConnection", new UrlConnection());
            clients.put("java.net.http", new JdkClient());
            clients.put("Apache HttpClient 5 classic", new Apache(transport));
            clients.put("the SDK over java.net.http", new Sdk(sink, new JdkHttpClientBuilder().build()));
            clients.put("the SDK over Apache", new Sdk(sink, new SocketHttpClient(transport)));
            measure(sink, clients);
        } finally {
            Stand.delete(directory);
            Stand.delete(blocks);
        }
        // Exit and not return: it also ends threads that a library may have left behind.
        System.exit(0);
    }

    private static void measure(BlobStandIn sink, Map<String, Client> clients) throws IOException {
        byte[] data = new byte[BLOCK];
        Map<String, List<double[]>> puts = new LinkedHashMap<>();
        Map<String, List<double[]>> gets = new LinkedHashMap<>();
        new Sdk(sink, new SocketHttpClient(new ApacheHttpTransport())).commit(data);
        for (int round = 0; round <= ROUNDS; round++) {
            for (Map.Entry<String, Client> client : clients.entrySet()) {
                double[] put = timed(index -> client.getValue().put(blockUri(sink, index), data));
                double[] get = timed(index -> {
                    long read = client.getValue().get(blobUri(sink), (long) index * BLOCK, BLOCK);
                    if (read != BLOCK) {
                        throw new IOException("%s read %,d bytes".formatted(client.getKey(), read));
                    }
                });
                if (round > 0) {
                    puts.computeIfAbsent(client.getKey(), any -> new ArrayList<>())
                            .add(put);
                    gets.computeIfAbsent(client.getKey(), any -> new ArrayList<>())
                            .add(get);
                }
            }
        }
        System.out.printf("| client | Put Block: MiB/s | CPU s/GiB | Get Blob: MiB/s | CPU s/GiB |%n");
        System.out.printf("| --- | --- | --- | --- | --- |%n");
        puts.forEach((name, put) -> {
            List<double[]> get = gets.getOrDefault(name, List.of());
            System.out.printf(
                    "| %s | %.0f | %.2f | %.0f | %.2f |%n",
                    name, median(put, 0), median(put, 1), median(get, 0), median(get, 1));
        });
    }

    private interface OneBlock {
        void move(int index) throws IOException, InterruptedException;
    }

    /** Throughput in MiB/s, and seconds of this process's CPU for each GiB. */
    private static double[] timed(OneBlock work) throws IOException {
        long pid = ProcessHandle.current().pid();
        double cpu = Counters.cpuSeconds(pid);
        long begun = System.nanoTime();
        Fanout.map(IntStream.range(0, BLOCKS).boxed().toList(), PARALLEL, index -> {
            try {
                work.move(index);
                return index;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        double mib = (double) BLOCK * BLOCKS / (1 << 20);
        return new double[] {mib / ((System.nanoTime() - begun) / 1e9), (Counters.cpuSeconds(pid) - cpu) / (mib / 1024)
        };
    }

    private static double median(List<double[]> rounds, int column) {
        return rounds.stream().mapToDouble(round -> round[column]).sorted().toArray()[rounds.size() / 2];
    }

    private static String id(int index) {
        return "%06d".formatted(index);
    }

    private static URI blobUri(BlobStandIn sink) {
        return URI.create(sink.container() + "/read.bin?" + sink.sas());
    }

    private static URI blockUri(BlobStandIn sink, int index) {
        return URI.create("%s/written.bin?comp=block&blockid=%s&%s"
                .formatted(
                        sink.container(),
                        Base64.getUrlEncoder().encodeToString(id(index).getBytes(StandardCharsets.US_ASCII)),
                        sink.sas()));
    }

    private static long drain(InputStream in) throws IOException {
        byte[] buffer = new byte[256 * 1024];
        long total = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            total += read;
        }
        return total;
    }

    private static String range(long offset, long length) {
        return "bytes=%d-%d".formatted(offset, offset + length - 1);
    }

    private static void require(int expected, int status) throws IOException {
        if (status != expected) {
            throw new IOException("status " + status);
        }
    }

    private static final class UrlConnection implements Client {

        @Override
        public void put(URI block, byte[] data) throws IOException {
            HttpURLConnection connection = (HttpURLConnection) block.toURL().openConnection();
            connection.setRequestMethod("PUT");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(data.length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(data);
            }
            require(201, connection.getResponseCode());
            drain(connection.getInputStream());
        }

        @Override
        public long get(URI blob, long offset, long length) throws IOException {
            HttpURLConnection connection = (HttpURLConnection) blob.toURL().openConnection();
            connection.setRequestProperty("x-ms-range", range(offset, length));
            try (InputStream in = connection.getInputStream()) {
                return drain(in);
            }
        }
    }

    private static final class JdkClient implements Client {

        private final java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();

        @Override
        public void put(URI block, byte[] data) throws IOException, InterruptedException {
            var request = java.net.http.HttpRequest.newBuilder(block)
                    .PUT(java.net.http.HttpRequest.BodyPublishers.ofByteArray(data))
                    .build();
            require(201, client.send(request, BodyHandlers.discarding()).statusCode());
        }

        @Override
        public long get(URI blob, long offset, long length) throws IOException, InterruptedException {
            var request = java.net.http.HttpRequest.newBuilder(blob)
                    .header("x-ms-range", range(offset, length))
                    .build();
            try (InputStream in =
                    client.send(request, BodyHandlers.ofInputStream()).body()) {
                return drain(in);
            }
        }
    }

    private record Apache(HttpTransport transport) implements Client {

        @Override
        public void put(URI block, byte[] data) throws IOException {
            try (HttpResponse response =
                    transport.execute(HttpRequest.of("PUT", block).with(HttpBody.of(data)))) {
                require(201, response.status());
                drain(response.body());
            }
        }

        @Override
        public long get(URI blob, long offset, long length) throws IOException {
            try (HttpResponse response =
                    transport.execute(HttpRequest.of("GET", blob).with("x-ms-range", range(offset, length)))) {
                return drain(response.body());
            }
        }
    }

    /** The way of the app itself. */
    private static final class Sdk implements Client {

        private static final BlobName READ = new BlobName("read.bin");
        private static final BlobName WRITTEN = new BlobName("written.bin");

        private final BlobContainer container;

        Sdk(BlobStandIn sink, HttpClient http) {
            container = new AzureBlobContainers(new AzureIdentities(Map.of()), () -> AzureHttp.with(http))
                    .open(
                            ContainerUri.parse(sink.container().toString()),
                            new StorageAccess.Sas(SasToken.parse(sink.sas())));
        }

        /** Makes the blob that is read. */
        void commit(byte[] data) throws IOException {
            List<String> ids =
                    IntStream.range(0, BLOCKS).mapToObj(ClientBench::id).toList();
            for (String id : ids) {
                container.stageBlock(READ, id, data, 0, data.length);
            }
            container.commit(READ, ids, WriteMode.CREATE_NEW, Map.of());
        }

        @Override
        public void put(URI block, byte[] data) throws IOException {
            container.stageBlock(WRITTEN, id(block.hashCode() & 0xffff), data, 0, data.length);
        }

        @Override
        public long get(URI blob, long offset, long length) throws IOException {
            try (InputStream in =
                    container.open(container.find(READ).orElseThrow()).open(offset, length)) {
                return drain(in);
            }
        }
    }
}
