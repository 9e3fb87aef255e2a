package io.transship.core.registry;

import io.transship.core.content.ContentLink;
import io.transship.core.content.StreamSupplier;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A repository that passes everything on, for tests to change one thing of. */
public class ForwardingRepository implements Repository {

    private final Repository repository;

    public ForwardingRepository(Repository repository) {
        this.repository = repository;
    }

    @Override
    public String name() {
        return repository.name();
    }

    @Override
    public Optional<Descriptor> resolve(String tagOrDigest) throws IOException {
        return repository.resolve(tagOrDigest);
    }

    @Override
    public Manifest manifest(String tagOrDigest) throws IOException {
        return repository.manifest(tagOrDigest);
    }

    @Override
    public Optional<Manifest> manifest(Descriptor descriptor) throws IOException {
        return repository.manifest(descriptor);
    }

    @Override
    public boolean has(Descriptor blob) throws IOException {
        return repository.has(blob);
    }

    @Override
    public InputStream open(Descriptor blob, long offset) throws IOException {
        return repository.open(blob, offset);
    }

    @Override
    public ContentLink link(Descriptor blob) {
        return repository.link(blob);
    }

    @Override
    public void put(Descriptor blob, StreamSupplier body) throws IOException {
        repository.put(blob, body);
    }

    @Override
    public boolean mount(Descriptor blob, String fromRepository) throws IOException {
        return repository.mount(blob, fromRepository);
    }

    @Override
    public void putManifest(Manifest manifest, String tagOrDigest) throws IOException {
        repository.putManifest(manifest, tagOrDigest);
    }

    @Override
    public boolean exists() throws IOException {
        return repository.exists();
    }

    @Override
    public void checkPush() throws IOException {
        repository.checkPush();
    }

    @Override
    public List<String> tags() throws IOException {
        return repository.tags();
    }
}
