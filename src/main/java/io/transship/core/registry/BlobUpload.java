package io.transship.core.registry;

import io.transship.core.content.StreamSupplier;
import io.transship.core.content.VerifyingInputStream;
import io.transship.core.oci.Descriptor;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.UploadSession.Outcome;
import io.transship.core.registry.http.TransientException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The upload of one blob: whole in one PUT, or in pieces where a registry or a proxy takes no more at once. Pieces are
 * sent from one buffer of the piece's size, so memory does not depend on the blob. Not thread-safe.
 */
final class BlobUpload {

    /** The value of a shared piece size that says: no limit was met yet. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int LARGEST_PIECE = 16 * 1024 * 1024;
    private static final int SMALLEST_PIECE = 1024 * 1024;

    private final RegistryExchange exchange;
    private final Operation operation;
    private final String repository;
    private final Descriptor blob;
    private final StreamSupplier body;
    private final AtomicInteger pieceBytes;
    private int brokenPuts;

    /**
     * Prepares an upload.
     *
     * @param pieceBytes what the registry is known to take at once, shared by all its uploads
     */
    BlobUpload(
            RegistryExchange exchange,
            Operation operation,
            String repository,
            Descriptor blob,
            StreamSupplier body,
            AtomicInteger pieceBytes) {
        this.exchange = exchange;
        this.operation = operation;
        this.repository = repository;
        this.blob = blob;
        this.body = body;
        this.pieceBytes = pieceBytes;
    }

    void put() throws IOException {
        exchange.retries().run(number -> attempt());
    }

    private Outcome attempt() throws IOException {
        // A proxy may cut a large PUT instead of answering 413: after the second cut, pieces are worth a try.
        boolean whole = blob.size() <= pieceBytes.get() && (brokenPuts < 2 || blob.size() <= LARGEST_PIECE);
        if (whole && putWhole() == Outcome.TAKEN) {
            return Outcome.TAKEN;
        }
        return inSession(this::sendPieces);
    }

    private Outcome putWhole() throws IOException {
        try {
            Outcome outcome = inSession(session -> session.putWhole(blob.digest(), blob.size(), this::verified));
            if (outcome == Outcome.TOO_LARGE) {
                shrinkBelow(blob.size());
            }
            return outcome;
        } catch (TransientException e) {
            brokenPuts++;
            throw e;
        }
    }

    private Outcome sendPieces(UploadSession session) throws IOException {
        byte[] buffer = new byte[(int) Math.min(blob.size(), Math.min(pieceBytes.get(), LARGEST_PIECE))];
        long sent = 0;
        try (InputStream in = verified()) {
            while (sent < blob.size()) {
                int filled = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, blob.size() - sent));
                sendBuffer(session, buffer, filled, sent);
                sent += filled;
            }
        }
        session.commit(blob.digest());
        return Outcome.TAKEN;
    }

    private void sendBuffer(UploadSession session, byte[] buffer, int filled, long position) throws IOException {
        int done = 0;
        while (done < filled) {
            int length = Math.min(pieceBytes.get(), filled - done);
            switch (session.patch(buffer, done, length, position + done)) {
                case TAKEN -> done += length;
                case TOO_LARGE -> shrinkBelow(length);
            }
        }
    }

    private void shrinkBelow(long refused) throws RegistryException {
        if (refused <= SMALLEST_PIECE) {
            throw operation.failure(
                    Kind.REJECTED,
                    "413 for %,d bytes; raise the limit of request bodies in the proxy in front of the registry"
                            .formatted(refused),
                    null);
        }
        int smaller = Math.clamp(refused / 2, SMALLEST_PIECE, LARGEST_PIECE);
        pieceBytes.updateAndGet(known -> Math.min(known, smaller));
    }

    private Outcome inSession(Step step) throws IOException {
        UploadSession session = UploadSession.start(exchange, operation, repository);
        try {
            Outcome outcome = step.run(session);
            if (outcome == Outcome.TOO_LARGE) {
                session.cancel();
            }
            return outcome;
        } catch (IOException | RuntimeException e) {
            session.cancel(e);
            throw e;
        }
    }

    /** The body, checked while it is sent; a caller that checks it already is not made to pay twice. */
    private InputStream verified() throws IOException {
        InputStream in = body.open();
        return body.isVerified() ? in : new VerifyingInputStream(in, blob);
    }

    /** What is done in a session. */
    @FunctionalInterface
    private interface Step {

        Outcome run(UploadSession session) throws IOException;
    }
}
