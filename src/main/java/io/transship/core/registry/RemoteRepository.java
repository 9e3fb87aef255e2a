package io.transship.core.registry;

import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.StreamSupplier;
import io.transship.core.http.HttpRequest;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Reference;
import io.transship.core.registry.auth.Scopes;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One repository behind the distribution API: names each operation and hands it to the class of its exchange. */
final class RemoteRepository implements Repository {

    private final RegistryExchange exchange;
    private final String registry;
    private final String name;
    private final AtomicInteger pieceBytes;

    RemoteRepository(RegistryExchange exchange, String registry, String name, AtomicInteger pieceBytes) {
        this.exchange = exchange;
        this.registry = registry;
        this.name = Reference.ofTag(name, "latest").repository();
        this.pieceBytes = pieceBytes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Descriptor> resolve(String tagOrDigest) throws IOException {
        return fetch("resolving", reference(tagOrDigest)).head();
    }

    @Override
    public Manifest manifest(String tagOrDigest) throws IOException {
        return fetch("reading", reference(tagOrDigest)).require();
    }

    @Override
    public Optional<Manifest> manifest(Descriptor descriptor) throws IOException {
        Optional<Manifest> manifest =
                fetch("reading", Reference.ofDigest(name, descriptor.digest())).get();
        if (manifest.isPresent() && manifest.get().descriptor().size() != descriptor.size()) {
            throw new ContentMismatchException(
                    descriptor,
                    "manifest %s has %,d bytes; its descriptor says %,d"
                            .formatted(
                                    descriptor.digest(),
                                    manifest.get().descriptor().size(),
                                    descriptor.size()));
        }
        return manifest;
    }

    @Override
    public boolean has(Descriptor blob) throws IOException {
        return new BlobFetch(exchange, pulling("looking for", blob), name, blob).head();
    }

    @Override
    public InputStream open(Descriptor blob, long offset) throws IOException {
        return new BlobFetch(exchange, pulling("reading", blob), name, blob).open(offset);
    }

    @Override
    public void put(Descriptor blob, StreamSupplier body) throws IOException {
        Operation operation = new Operation(registry, blobText("uploading", blob), Scopes.push(name));
        new BlobUpload(exchange, operation, name, blob, body, pieceBytes).put();
    }

    @Override
    public boolean mount(Descriptor blob, String fromRepository) throws IOException {
        String from = Reference.ofTag(fromRepository, "latest").repository();
        Operation operation = new Operation(
                registry, blobText("mounting", blob), Scopes.push(name).and(Scopes.pull(from)));
        try {
            Optional<UploadSession> session = UploadSession.mount(exchange, operation, name, blob.digest(), from);
            session.ifPresent(UploadSession::cancel);
            return session.isEmpty();
        } catch (RegistryException e) {
            if (e.kind().isTransient()) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public void putManifest(Manifest manifest, String tagOrDigest) throws IOException {
        Reference reference = reference(tagOrDigest);
        Operation operation = new Operation(registry, "storing manifest '%s'".formatted(reference), Scopes.push(name));
        new ManifestPut(exchange, operation, reference).put(manifest);
    }

    @Override
    public boolean exists() throws IOException {
        Operation operation = new Operation(registry, "looking for repository '%s'".formatted(name), Scopes.pull(name));
        HttpRequest request = HttpRequest.of("GET", exchange.endpoint(name + "/tags/list?n=1"));
        return exchange.run(operation, request, response -> switch (response.status()) {
            case 200 -> true;
            case 404 -> false;
            default -> throw operation.refusal(response);
        });
    }

    @Override
    public void checkPush() throws IOException {
        Operation operation = new Operation(registry, "beginning an upload to '%s'".formatted(name), Scopes.push(name));
        exchange.retries()
                .run(number -> UploadSession.start(exchange, operation, name))
                .cancel();
    }

    @Override
    public List<String> tags() throws IOException {
        Operation operation = new Operation(registry, "listing tags of '%s'".formatted(name), Scopes.pull(name));
        return new PagedList(exchange, operation, "tags").read(name + "/tags/list?n=" + RegistryClient.PAGE);
    }

    private ManifestFetch fetch(String doing, Reference reference) {
        Operation operation =
                new Operation(registry, "%s manifest '%s'".formatted(doing, reference), Scopes.pull(name));
        return new ManifestFetch(exchange, operation, reference);
    }

    private Operation pulling(String doing, Descriptor blob) {
        return new Operation(registry, blobText(doing, blob), Scopes.pull(name));
    }

    private String blobText(String doing, Descriptor blob) {
        return "%s blob '%s@%s'".formatted(doing, name, blob.digest());
    }

    private Reference reference(String tagOrDigest) {
        return tagOrDigest.indexOf(':') >= 0
                ? Reference.ofDigest(name, Digest.parse(tagOrDigest))
                : Reference.ofTag(name, tagOrDigest);
    }
}
