package io.transship.bench.floor;

import io.transship.local.artifacts.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Sends blobs from ranges of the archive to the registry, mounts those that it has elsewhere, then sends the manifests. */
final class FloorImport {

    private static final int CHUNK = 256 << 10;

    private final String registry;
    private final String blob;
    private final String sas;
    private final List<Piece> pieces;
    private final Map<String, String> homes = new ConcurrentHashMap<>();

    FloorImport(String registry, String blob, String sas, List<Piece> pieces) {
        this.registry = registry;
        this.blob = blob;
        this.sas = sas;
        this.pieces = pieces;
    }

    void run(Pipes pipes) throws IOException, InterruptedException {
        for (boolean first : List.of(true, false)) {
            List<Pipes.Work> work = new ArrayList<>();
            Set<String> seen = new HashSet<>();
            for (Piece piece : pieces) {
                if (!piece.manifest() && piece.first() == first && seen.add(piece.repository() + piece.digest())) {
                    work.add(() -> send(piece));
                }
            }
            pipes.all(work);
        }
        // The manifests of an artifact in order, artifacts side by side.
        List<Pipes.Work> work = new ArrayList<>();
        List<Piece> artifact = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece.manifest()) {
                artifact.add(piece);
                if (!piece.tag().isEmpty()) {
                    List<Piece> manifests = List.copyOf(artifact);
                    artifact.clear();
                    work.add(() -> {
                        for (Piece manifest : manifests) {
                            sendManifest(manifest);
                        }
                    });
                }
            }
        }
        pipes.all(work);
    }

    private void send(Piece piece) throws IOException {
        String home = homes.get(piece.digest());
        String mount = home == null ? "" : "?mount=%s&from=%s".formatted(piece.digest(), home);
        String address = "%s/v2/%s/blobs/uploads/%s".formatted(registry, piece.repository(), mount);
        HttpURLConnection begun = Pipes.sending("POST", address, "application/octet-stream", 0);
        begun.getOutputStream().close();
        if (begun.getResponseCode() == 201) {
            Pipes.finish(begun, 201);
            return;
        }
        String location = begun.getHeaderField("Location");
        Pipes.finish(begun, 202);
        String commit = location + (location.contains("?") ? "&" : "?") + "digest=" + piece.digest();
        HttpURLConnection upload = Pipes.sending("PUT", commit, "application/octet-stream", piece.size());
        MessageDigest digest = Sha256.start();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = range(piece).getInputStream();
                OutputStream out = upload.getOutputStream()) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                digest.update(chunk, 0, count);
                out.write(chunk, 0, count);
            }
        }
        Pipes.check(digest, piece);
        Pipes.finish(upload, 201);
        homes.put(piece.digest(), piece.repository());
    }

    private void sendManifest(Piece piece) throws IOException {
        byte[] content;
        try (InputStream in = range(piece).getInputStream()) {
            content = in.readAllBytes();
        }
        MessageDigest digest = Sha256.start();
        digest.update(content);
        Pipes.check(digest, piece);
        String address = "%s/v2/%s/manifests/%s".formatted(registry, piece.repository(), piece.reference());
        Pipes.put(address, piece.mediaType(), content, content.length);
    }

    private HttpURLConnection range(Piece piece) throws IOException {
        HttpURLConnection connection = Pipes.open(blob + "?" + sas);
        long start = piece.dataOffset();
        connection.setRequestProperty("x-ms-range", "bytes=%d-%d".formatted(start, start + piece.size() - 1));
        return connection;
    }
}
