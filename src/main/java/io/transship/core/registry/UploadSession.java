package io.transship.core.registry;

import io.transship.core.content.StreamSupplier;
import io.transship.core.http.HttpBody;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpResponse;
import io.transship.core.oci.Digest;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.http.TransientException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One upload on the side of the registry: started, filled, then committed or cancelled. Each method sends one request
 * once; a session that broke is not repaired but replaced. Not thread-safe.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs">distribution-spec
 *     1.1, pushing blobs</a>
 */
final class UploadSession {

    /** How a registry took bytes. */
    enum Outcome {
        TAKEN,
        /** 413: fewer bytes may pass. */
        TOO_LARGE
    }

    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

    private final RegistryExchange exchange;
    private final Operation operation;
    private URI location;

    private UploadSession(RegistryExchange exchange, Operation operation, URI location) {
        this.exchange = exchange;
        this.operation = operation;
        this.location = location;
    }

    /** Starts an upload. */
    static UploadSession start(RegistryExchange exchange, Operation operation, String repository) throws IOException {
        URI uri = exchange.endpoint(repository + "/blobs/uploads/");
        HttpRequest request = HttpRequest.of("POST", uri).with(HttpBody.empty());
        return exchange.runOnce(operation, request, response -> {
            if (response.status() != 202) {
                throw operation.refusal(response);
            }
            return new UploadSession(exchange, operation, exchange.follow(operation, uri, response));
        });
    }

    /** Asks for a mount; empty if it was done, else the session that the registry started in its place. */
    static Optional<UploadSession> mount(
            RegistryExchange exchange, Operation operation, String repository, Digest digest, String from)
            throws IOException {
        URI uri = exchange.endpoint("%s/blobs/uploads/?mount=%s&from=%s"
                .formatted(repository, digest.toString().replace(":", "%3A"), from.replace("/", "%2F")));
        HttpRequest request = HttpRequest.of("POST", uri).with(HttpBody.empty());
        return exchange.run(operation, request, response -> switch (response.status()) {
            case 201 -> Optional.empty();
            case 202 -> Optional.of(new UploadSession(exchange, operation, exchange.follow(operation, uri, response)));
            default -> throw operation.refusal(response);
        });
    }

    /** Sends everything at once and commits. */
    Outcome putWhole(Digest digest, long size, StreamSupplier body) throws IOException {
        HttpRequest request = HttpRequest.of("PUT", committing(digest))
                .with("Content-Type", "application/octet-stream")
                .with(new HttpBody(size, body));
        return send(request, response -> switch (response.status()) {
            case 201, 204 -> Outcome.TAKEN;
            case 413 -> Outcome.TOO_LARGE;
            default -> throw refusal(response);
        });
    }

    /** Sends a piece of the content that follows what was sent before. */
    Outcome patch(byte[] buffer, int offset, int length, long position) throws IOException {
        HttpRequest request = HttpRequest.of("PATCH", location)
                .with("Content-Type", "application/octet-stream")
                .with("Content-Range", "%d-%d".formatted(position, position + length - 1))
                .with(HttpBody.of(buffer, offset, length));
        return send(request, response -> {
            if (response.status() == 413) {
                return Outcome.TOO_LARGE;
            }
            if (!response.isSuccess()) {
                throw refusal(response);
            }
            checkTaken(response, position + length);
            if (response.header("Location").isPresent()) {
                location = exchange.follow(operation, location, response);
            }
            return Outcome.TAKEN;
        });
    }

    /** Commits what was sent in pieces. */
    void commit(Digest digest) throws IOException {
        HttpRequest request = HttpRequest.of("PUT", committing(digest)).with(HttpBody.empty());
        send(request, response -> {
            if (!response.isSuccess()) {
                throw refusal(response);
            }
            return Outcome.TAKEN;
        });
    }

    /** Gives the session up. The registry forgets it sooner or later anyway, so it is asked once and nothing fails. */
    void cancel(Throwable reason) {
        try {
            exchange.runOnce(operation, HttpRequest.of("DELETE", location), HttpResponse::status);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Gives the session up where there is no failure to report it with. */
    void cancel() {
        cancel(new IOException("not needed"));
    }

    private <T> T send(HttpRequest request, RegistryExchange.Handler<T> handler) throws IOException {
        return exchange.runOnce(operation, request, handler);
    }

    private URI committing(Digest digest) {
        String separator = location.getRawQuery() == null ? "?" : "&";
        return URI.create(location + separator + "digest=" + digest.toString().replace(":", "%3A"));
    }

    private void checkTaken(HttpResponse response, long sent) throws IOException {
        Matcher range = RANGE.matcher(response.header("Range").orElse(""));
        if (range.matches() && Long.parseLong(range.group(1)) != sent - 1) {
            throw new TransientException(
                    operation.failure(
                            Kind.UNAVAILABLE,
                            "the registry has bytes up to %s of the %,d that were sent".formatted(range.group(1), sent),
                            null),
                    null);
        }
    }

    /** A session that the registry lost, or that stands elsewhere than we think, is worth a new one. */
    private IOException refusal(HttpResponse response) {
        RegistryException refusal = operation.refusal(response);
        return response.status() == 404 || response.status() == 416 ? new TransientException(refusal, null) : refusal;
    }
}
