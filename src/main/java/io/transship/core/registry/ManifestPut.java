package io.transship.core.registry;

import io.transship.core.http.HttpBody;
import io.transship.core.http.HttpRequest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Reference;
import io.transship.core.registry.RegistryException.Kind;
import java.io.IOException;
import java.util.Optional;

/**
 * PUT of a manifest.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests">
 *     distribution-spec 1.1, pushing manifests</a>
 */
final class ManifestPut {

    private final RegistryExchange exchange;
    private final Operation operation;
    private final Reference reference;

    ManifestPut(RegistryExchange exchange, Operation operation, Reference reference) {
        this.exchange = exchange;
        this.operation = operation;
        this.reference = reference;
    }

    void put(Manifest manifest) throws IOException {
        String path = reference.repository() + "/manifests/" + reference.tagOrDigest();
        HttpRequest request = HttpRequest.of("PUT", exchange.endpoint(path))
                .with("Content-Type", manifest.descriptor().mediaType().value())
                .with(HttpBody.of(manifest.raw()));
        Optional<String> stored = exchange.run(operation, request, response -> {
            if (!response.isSuccess()) {
                throw operation.refusal(response);
            }
            return response.header("Docker-Content-Digest");
        });
        String expected = manifest.descriptor().digest().toString();
        // A registry may keep its own algorithm's digest beside ours; only the same algorithm can disagree.
        String algorithm = manifest.descriptor().digest().algorithm().ociName() + ":";
        if (stored.isPresent()
                && stored.get().startsWith(algorithm)
                && !stored.get().equals(expected)) {
            throw operation.failure(
                    Kind.REJECTED,
                    "the registry stored it as %s instead of %s".formatted(stored.get(), expected),
                    null);
        }
    }
}
