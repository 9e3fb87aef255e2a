package io.transship.core.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpResponse;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.InvalidReferenceException;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.Reference;
import io.transship.core.registry.RegistryException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * HEAD and GET of a manifest.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests">
 *     distribution-spec 1.1, pulling manifests</a>
 */
final class ManifestFetch {

    /** Schema 1 is named so that it is served as what it is and refused with a reason, not converted on the fly. */
    private static final String ACCEPT = String.join(
            ", ",
            List.of(
                    MediaType.OCI_INDEX.value(),
                    MediaType.OCI_MANIFEST.value(),
                    MediaType.DOCKER_LIST.value(),
                    MediaType.DOCKER_MANIFEST.value(),
                    MediaType.OCI_ARTIFACT.value(),
                    MediaType.DOCKER_SCHEMA1_SIGNED.value(),
                    MediaType.DOCKER_SCHEMA1.value(),
                    "*/*"));

    private static final Set<String> GENERIC =
            Set.of("application/json", "text/plain", "application/octet-stream", "text/json", "binary/octet-stream");
    private static final JsonMapper MAPPER = new JsonMapper();

    private final RegistryExchange exchange;
    private final Operation operation;
    private final Reference reference;

    ManifestFetch(RegistryExchange exchange, Operation operation, Reference reference) {
        this.exchange = exchange;
        this.operation = operation;
        this.reference = reference;
    }

    /** What the reference points to; empty if nothing. Some registries say too little in a HEAD: those are read. */
    Optional<Descriptor> head() throws IOException {
        Head head = exchange.run(operation, request("HEAD"), response -> switch (response.status()) {
            case 200 -> describe(response).<Head>map(Head.Described::new).orElse(new Head.Unclear());
            case 404 -> new Head.Absent();
            case 405 -> new Head.Unclear();
            default -> throw operation.refusal(response);
        });
        return switch (head) {
            case Head.Described described -> Optional.of(described.descriptor());
            case Head.Absent absent -> Optional.empty();
            case Head.Unclear unclear -> exchange.run(operation, request("GET"), this::describeWhole);
        };
    }

    /** The manifest; empty if there is none. */
    Optional<Manifest> get() throws IOException {
        return exchange.run(operation, request("GET"), response -> switch (response.status()) {
            case 200 -> Optional.of(read(response));
            case 404 -> Optional.empty();
            default -> throw operation.refusal(response);
        });
    }

    /** The manifest, or the registry's own words about why there is none. */
    Manifest require() throws IOException {
        return exchange.run(operation, request("GET"), response -> {
            if (response.status() != 200) {
                throw operation.refusal(response);
            }
            return read(response);
        });
    }

    private Optional<Descriptor> describe(HttpResponse response) throws IOException {
        Optional<Digest> digest = announcedDigest(response);
        Optional<MediaType> mediaType = announcedType(response);
        OptionalLong length = response.contentLength();
        if (digest.isEmpty() || mediaType.isEmpty() || length.isEmpty()) {
            return Optional.empty();
        }
        Descriptor descriptor = new Descriptor(mediaType.get(), digest.get(), length.getAsLong());
        checkRequested(descriptor);
        return Optional.of(descriptor);
    }

    /** Describes without parsing, so that also what cannot be transferred can be named. */
    private Optional<Descriptor> describeWhole(HttpResponse response) throws IOException {
        return switch (response.status()) {
            case 200 -> Optional.of(describe(response, bytes(response)));
            case 404 -> Optional.empty();
            default -> throw operation.refusal(response);
        };
    }

    private Manifest read(HttpResponse response) throws IOException {
        byte[] raw = bytes(response);
        return Manifest.parse(describe(response, raw), raw);
    }

    private byte[] bytes(HttpResponse response) throws IOException {
        byte[] raw = response.read(Manifest.MAX_SIZE + 1);
        if (raw.length > Manifest.MAX_SIZE) {
            throw operation.failure(
                    Kind.REJECTED, "the manifest has more than %,d bytes".formatted(Manifest.MAX_SIZE), null);
        }
        return raw;
    }

    private Descriptor describe(HttpResponse response, byte[] raw) throws IOException {
        MediaType mediaType = announcedType(response).orElseGet(() -> ownType(raw));
        Optional<Digest> announced = announcedDigest(response);
        Digest.Algorithm algorithm =
                requestedDigest().or(() -> announced).map(Digest::algorithm).orElse(Digest.Algorithm.SHA256);
        Descriptor actual = new Descriptor(mediaType, Digest.of(algorithm, raw), raw.length);
        checkRequested(actual);
        if (announced.isPresent() && announced.get().algorithm() == algorithm) {
            check(actual, announced.get());
        }
        return actual;
    }

    private void checkRequested(Descriptor actual) throws ContentMismatchException {
        Optional<Digest> requested = requestedDigest();
        // A HEAD may announce another algorithm's digest than the one that was asked for: nothing to compare then.
        if (requested.isPresent()
                && requested.get().algorithm() == actual.digest().algorithm()) {
            check(actual, requested.get());
        }
    }

    private void check(Descriptor actual, Digest expected) throws ContentMismatchException {
        if (!actual.digest().equals(expected)) {
            throw new ContentMismatchException(
                    new Descriptor(actual.mediaType(), expected, actual.size()),
                    "registry %s: %s failed: expected digest %s, got %s; the registry or a proxy serves damaged content"
                            .formatted(operation.registry(), operation.what(), expected, actual.digest()));
        }
    }

    private Optional<Digest> requestedDigest() {
        return Optional.ofNullable(reference.digest());
    }

    private Optional<Digest> announcedDigest(HttpResponse response) throws RegistryException {
        try {
            return response.header("Docker-Content-Digest").map(Digest::parse);
        } catch (InvalidReferenceException e) {
            throw operation.failure(Kind.REJECTED, "Docker-Content-Digest is wrong: " + e.getMessage(), e);
        }
    }

    private static Optional<MediaType> announcedType(HttpResponse response) {
        try {
            return response.header("Content-Type")
                    .map(MediaType::ofContentType)
                    .filter(type -> !GENERIC.contains(type.value()));
        } catch (InvalidReferenceException e) {
            return Optional.empty();
        }
    }

    private static MediaType ownType(byte[] raw) {
        try {
            JsonNode root = MAPPER.readTree(raw);
            String own = root == null ? "" : root.path("mediaType").asText("");
            if (!own.isBlank() && own.length() <= 255) {
                return new MediaType(own);
            }
            return root != null && root.has("manifests") ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
        } catch (IOException e) {
            // Parsing says what is wrong with it.
            return MediaType.OCI_MANIFEST;
        }
    }

    private HttpRequest request(String method) {
        String path = reference.repository() + "/manifests/" + reference.tagOrDigest();
        return HttpRequest.of(method, exchange.endpoint(path)).with("Accept", ACCEPT);
    }

    /** What a HEAD told. */
    private sealed interface Head {

        record Described(Descriptor descriptor) implements Head {}

        record Absent() implements Head {}

        record Unclear() implements Head {}
    }
}
