package io.transship.local.artifacts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A plain client of one registry with basic authentication, written apart from the app's so that neither can hide the
 * other's mistakes. Safe for use by several threads.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints">distribution-spec
 *     1.1, endpoints</a>
 */
public final class DistributionClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ACCEPT = String.join(", ", Types.MANIFESTS);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI registry;
    private final String authorization;

    /** For a registry's address without a path; nothing is sent yet. */
    public DistributionClient(URI registry, String username, String password) {
        this.registry = registry;
        String login = username + ":" + password;
        this.authorization = "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes of a manifest by tag or digest; empty if the registry has none. */
    public Optional<byte[]> manifest(String repository, String reference) throws IOException {
        HttpRequest.Builder request = request("/v2/%s/manifests/%s".formatted(repository, reference));
        HttpResponse<byte[]> answer = send(request.header("Accept", ACCEPT), BodyHandlers.ofByteArray());
        if (answer.statusCode() == 404) {
            return Optional.empty();
        }
        expect(200, answer);
        return Optional.of(answer.body());
    }

    /** Size of a blob in bytes; empty if the registry has none. */
    public OptionalLong blobSize(String repository, String digest) throws IOException {
        HttpResponse<Void> answer =
                send(request("/v2/%s/blobs/%s".formatted(repository, digest)).HEAD(), BodyHandlers.discarding());
        if (answer.statusCode() == 404) {
            return OptionalLong.empty();
        }
        expect(200, answer);
        return answer.headers().firstValueAsLong("Content-Length");
    }

    /** All tags of a repository, none if it does not exist. Reads one page, which is enough for the samples. */
    public List<String> tags(String repository) throws IOException {
        HttpResponse<byte[]> answer =
                send(request("/v2/%s/tags/list".formatted(repository)), BodyHandlers.ofByteArray());
        if (answer.statusCode() == 404) {
            return List.of();
        }
        expect(200, answer);
        List<String> tags = new ArrayList<>();
        for (JsonNode tag : JSON.readTree(answer.body()).path("tags")) {
            tags.add(tag.asText());
        }
        return tags;
    }

    /** Uploads a blob as a whole. */
    void putBlob(String repository, String digest, byte[] content) throws IOException {
        putBlob(repository, digest, BodyPublishers.ofByteArray(content));
    }

    /** Uploads a file as a blob. */
    void putBlob(String repository, String digest, Path file) throws IOException {
        putBlob(repository, digest, BodyPublishers.ofFile(file));
    }

    /**
     * Streams a blob of any size.
     *
     * @param digest of the content, asked for when all of it was read
     */
    String putBlob(String repository, InputStream content, Supplier<String> digest) throws IOException {
        URI upload = startUpload(repository);
        HttpResponse<Void> sent = send(
                request(upload)
                        .header("Content-Type", "application/octet-stream")
                        .method("PATCH", BodyPublishers.ofInputStream(() -> content)),
                BodyHandlers.discarding());
        expect(202, sent);
        String name = digest.get();
        URI commit = committing(location(sent), name);
        expect(201, send(request(commit).PUT(BodyPublishers.noBody()), BodyHandlers.discarding()));
        return name;
    }

    /** Makes a blob of one repository present in another. */
    void mountBlob(String repository, String digest, String from) throws IOException {
        HttpRequest.Builder request =
                request("/v2/%s/blobs/uploads/?mount=%s&from=%s".formatted(repository, digest, from));
        expect(201, send(request.POST(BodyPublishers.noBody()), BodyHandlers.discarding()));
    }

    /** Puts a manifest under a tag or its digest. */
    public void putManifest(String repository, String reference, String mediaType, byte[] content) throws IOException {
        HttpRequest.Builder request =
                request("/v2/%s/manifests/%s".formatted(repository, reference)).header("Content-Type", mediaType);
        expect(201, send(request.PUT(BodyPublishers.ofByteArray(content)), BodyHandlers.ofByteArray()));
    }

    @Override
    public void close() {
        client.close();
    }

    private void putBlob(String repository, String digest, BodyPublisher content) throws IOException {
        URI upload = committing(startUpload(repository), digest);
        HttpRequest.Builder request = request(upload).header("Content-Type", "application/octet-stream");
        expect(201, send(request.PUT(content), BodyHandlers.discarding()));
    }

    private URI startUpload(String repository) throws IOException {
        HttpResponse<Void> opened = send(
                request("/v2/%s/blobs/uploads/".formatted(repository)).POST(BodyPublishers.noBody()),
                BodyHandlers.discarding());
        expect(202, opened);
        return location(opened);
    }

    private URI location(HttpResponse<?> answer) {
        return registry.resolve(answer.headers().firstValue("Location").orElseThrow());
    }

    private static URI committing(URI upload, String digest) {
        String separator = upload.getRawQuery() == null ? "?" : "&";
        return URI.create(upload + separator + "digest=" + URLEncoder.encode(digest, StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String path) {
        return request(registry.resolve(path));
    }

    private HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).header("Authorization", authorization);
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) throws IOException {
        try {
            return client.send(request.build(), body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the registry answered", e);
        }
    }

    private static void expect(int status, HttpResponse<?> answer) throws IOException {
        if (answer.statusCode() != status) {
            String detail = answer.body() instanceof byte[] body ? ": " + new String(body, StandardCharsets.UTF_8) : "";
            throw new IOException("%s '%s' answered %d instead of %d%s"
                    .formatted(
                            answer.request().method(),
                            answer.request().uri().getPath(),
                            answer.statusCode(),
                            status,
                            detail));
        }
    }
}
