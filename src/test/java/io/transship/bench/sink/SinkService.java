package io.transship.bench.sink;

import io.transship.bench.sink.SinkBlob.Block;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Answers requests. It checks no signature: everybody on this machine may do everything. Thread-safe. */
final class SinkService {

    private final BlockFiles files;
    private final Map<String, SinkContainer> containers = new ConcurrentHashMap<>();

    SinkService(Path directory) {
        this.files = new BlockFiles(directory);
    }

    /** Answers requests of a connection until the client ends it. */
    void serve(HttpWire wire) throws IOException {
        while (true) {
            Optional<SinkRequest> request = wire.next();
            if (request.isEmpty()) {
                return;
            }
            Exchange exchange = new Exchange(request.get(), wire);
            try {
                exchange.answer();
            } catch (Refusal e) {
                exchange.readToEnd();
                exchange.xml(e.status(), SinkXml.error(e.code()), Map.of("x-ms-error-code", e.code()));
            }
            if (request.get().endsConnection()) {
                return;
            }
        }
    }

    /** One request and its answer. */
    private final class Exchange {

        private final SinkRequest request;
        private final HttpWire wire;
        private boolean read;

        Exchange(SinkRequest request, HttpWire wire) {
            this.request = request;
            this.wire = wire;
        }

        void answer() throws IOException, Refusal {
            if (request.blob().isEmpty()) {
                ofContainer();
                return;
            }
            SinkContainer container = container();
            switch (request.method() + " " + request.comp()) {
                case "PUT block" -> {
                    if (request.header("x-ms-copy-source").isPresent()) {
                        throw new Refusal(400, "UnsupportedHeader");
                    }
                    container.stage(request.blob(), store(request.query().getOrDefault("blockid", "")));
                    empty(201, Map.of());
                }
                case "PUT blocklist" -> {
                    String list = text();
                    written(container.commit(request.blob(), list, request));
                }
                case "PUT " -> written(container.write(request.blob(), store(""), request));
                case "GET blocklist" -> blockList(container);
                case "GET ", "HEAD " -> read(container);
                case "DELETE " -> {
                    container.delete(request.blob(), request);
                    empty(202, Map.of());
                }
                default -> throw new Refusal(405, "UnsupportedHttpVerb");
            }
        }

        private void ofContainer() throws IOException, Refusal {
            switch (request.method()) {
                case "PUT" -> {
                    if (containers.putIfAbsent(request.container(), new SinkContainer()) != null) {
                        throw new Refusal(409, "ContainerAlreadyExists");
                    }
                    readToEnd();
                    empty(201, Map.of());
                }
                case "DELETE" -> {
                    container();
                    Optional.ofNullable(containers.remove(request.container()))
                            .ifPresent(gone -> gone.files().forEach(files::giveBack));
                    empty(202, Map.of());
                }
                case "GET", "HEAD" -> {
                    SinkContainer container = container();
                    if (request.comp().equals("list")) {
                        String prefix = request.query().getOrDefault("prefix", "");
                        xml(200, SinkXml.blobs(container.blobs(prefix)), Map.of());
                    } else {
                        empty(200, Map.of("ETag", "\"0x1\"", "Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"));
                    }
                }
                default -> throw new Refusal(405, "UnsupportedHttpVerb");
            }
        }

        private SinkContainer container() throws Refusal {
            return Optional.ofNullable(containers.get(request.container()))
                    .orElseThrow(() -> new Refusal(404, "ContainerNotFound"));
        }

        private void blockList(SinkContainer container) throws IOException, Refusal {
            Optional<SinkBlob> blob = container.find(request.blob());
            var staged = container.staged(request.blob());
            if (blob.isEmpty() && staged.isEmpty()) {
                throw new Refusal(404, "BlobNotFound");
            }
            xml(200, SinkXml.blockList(blob.map(SinkBlob::blocks).orElse(List.of()), staged), Map.of());
        }

        private Block store(String id) throws IOException {
            Path file = files.take();
            try (FileChannel out = BlockFiles.openToWrite(file)) {
                return new Block(id, file, body(piece -> {
                    while (piece.hasRemaining()) {
                        out.write(piece);
                    }
                }));
            }
        }

        private String text() throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            body(piece -> {
                byte[] bytes = new byte[piece.remaining()];
                piece.get(bytes);
                all.write(bytes);
            });
            return all.toString(StandardCharsets.UTF_8);
        }

        private long body(HttpWire.Receiver receiver) throws IOException {
            read = true;
            return wire.body(request, receiver);
        }

        void readToEnd() throws IOException {
            if (!read) {
                body(piece -> {});
            }
        }

        private void read(SinkContainer container) throws IOException, Refusal {
            SinkBlob blob = container.read(request.blob(), request);
            Optional<ByteRange> part = request.isHead() ? Optional.empty() : ByteRange.wanted(request, blob.size());
            ByteRange range = part.orElseGet(() -> new ByteRange(0, blob.size()));
            Map<String, String> headers = new HashMap<>(blob.kept());
            headers.put("ETag", blob.etag());
            headers.put("Last-Modified", blob.modified());
            headers.put("x-ms-creation-time", blob.modified());
            headers.put("Accept-Ranges", "bytes");
            headers.put("x-ms-blob-type", "BlockBlob");
            headers.put("x-ms-lease-status", "unlocked");
            headers.put("x-ms-lease-state", "available");
            headers.put("x-ms-server-encrypted", "true");
            headers.put("Content-Length", Long.toString(range.length()));
            part.ifPresent(wanted -> headers.put(
                    "Content-Range", "bytes %d-%d/%d".formatted(wanted.start(), wanted.end() - 1, blob.size())));
            wire.head(part.isPresent() ? 206 : 200, headers);
            if (!request.isHead()) {
                transfer(blob, range);
            }
        }

        private void transfer(SinkBlob blob, ByteRange range) throws IOException {
            long begin = 0;
            for (Block block : blob.blocks()) {
                long from = Math.max(range.start() - begin, 0);
                long to = Math.min(range.end() - begin, block.size());
                begin += block.size();
                if (from < to) {
                    try (FileChannel file = FileChannel.open(block.file(), StandardOpenOption.READ)) {
                        while (from < to) {
                            from += file.transferTo(from, to - from, wire.channel());
                        }
                    }
                }
            }
        }

        private void written(SinkBlob blob) throws IOException {
            empty(201, Map.of("ETag", blob.etag(), "Last-Modified", blob.modified()));
        }

        private void empty(int status, Map<String, String> headers) throws IOException {
            Map<String, String> all = new HashMap<>(headers);
            all.put("Content-Length", "0");
            all.put("x-ms-request-server-encrypted", "true");
            wire.head(status, all);
        }

        void xml(int status, String xml, Map<String, String> headers) throws IOException {
            byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
            Map<String, String> all = new HashMap<>(headers);
            all.put("Content-Type", "application/xml");
            all.put("Content-Length", Integer.toString(bytes.length));
            wire.head(status, all);
            if (!request.isHead()) {
                wire.send(ByteBuffer.wrap(bytes));
            }
        }
    }
}
