package io.transship.bench;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.sas.SasProtocol;
import io.transship.bench.sink.BlobSink;
import io.transship.local.AzuriteServer;
import io.transship.local.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands in for Blob Storage, as a process of its own, with one container. Plain HTTP: TLS costs all clients the same. */
final class BlobStandIn implements AutoCloseable {

    private static final String ACCOUNT = "benchstore";
    private static final String CONTAINER = "archives";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration SAS_LIFE = Duration.ofDays(30);
    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");

    private final BlobContainerClient container;
    private final Runnable stop;

    private BlobStandIn(String connection, Runnable stop) {
        this.container = new BlobServiceClientBuilder()
                .connectionString(connection)
                .buildClient()
                .getBlobContainerClient(CONTAINER);
        this.stop = stop;
    }

    /** Starts Azurite with its data in a directory. */
    static BlobStandIn azurite(Path directory) throws IOException {
        Path data = Files.createDirectories(directory.resolve("azurite"));
        AzuriteServer azurite =
                AzuriteServer.start(AzuriteServer.Options.of(ACCOUNT).withLocation(data));
        return new BlobStandIn(azurite.connectionString(ACCOUNT), azurite::close);
    }

    /**
     * Starts the sink.
     *
     * @param directory for its log
     * @param blocks an existing directory for its data
     */
    static BlobStandIn sink(Path directory, Path blocks) throws IOException {
        Path log = directory.resolve("sink.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(BlobSink.class.getName(), blocks.toString()));
        ChildProcess sink = ChildProcess.start("the blob sink", command, Map.of("PATH", System.getenv("PATH")), log);
        sink.awaitReady(
                LIMIT, () -> LISTENING.matcher(ChildProcess.logged(log, 0)).find());
        Matcher listening = LISTENING.matcher(ChildProcess.logged(log, 0));
        if (!listening.find()) {
            throw new IOException("the blob sink did not say where it listens");
        }
        // It checks no signature, so any key will do.
        String key = Base64.getEncoder().encodeToString(new byte[64]);
        String connection =
                "DefaultEndpointsProtocol=http;AccountName=%s;AccountKey=%s;BlobEndpoint=http://127.0.0.1:%s/%s;"
                        .formatted(ACCOUNT, key, listening.group(1), ACCOUNT);
        return new BlobStandIn(connection, sink::stop);
    }

    /** The container's address. */
    URI container() {
        return URI.create(container.getBlobContainerUrl());
    }

    /** A SAS of the container that opens all that anybody here needs, without a question mark. */
    String sas() {
        OffsetDateTime end = OffsetDateTime.now(ZoneOffset.UTC).plus(SAS_LIFE);
        BlobServiceSasSignatureValues values = new BlobServiceSasSignatureValues(
                        end, BlobContainerSasPermission.parse("racwdl"))
                .setProtocol(SasProtocol.HTTPS_HTTP);
        return container.generateSas(values);
    }

    /** An empty container in the place of what was there. */
    void clear() {
        container.deleteIfExists();
        container.create();
    }

    @Override
    public void close() {
        stop.run();
    }
}
