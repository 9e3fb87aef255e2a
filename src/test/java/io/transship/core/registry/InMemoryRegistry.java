package io.transship.core.registry;

import io.transship.core.content.ContentLink;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.StreamSupplier;
import io.transship.core.content.VerifyingInputStream;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Manifest.ImageIndex;
import io.transship.core.oci.Manifest.ImageManifest;
import io.transship.core.oci.Reference;
import io.transship.core.oci.TestArtifacts;
import io.transship.core.registry.RegistryException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A registry for tests that keeps everything in memory and is as strict as real ones: a manifest whose children are
 * missing is refused, and so is content that is not what it claims to be. Counts what it was made to do. Thread-safe.
 */
public final class InMemoryRegistry implements Registry {

    private final String name;
    private final Map<String, Content> repositories = new ConcurrentSkipListMap<>();
    private final AtomicInteger uploads = new AtomicInteger();
    private final AtomicInteger mounts = new AtomicInteger();
    private final AtomicInteger manifestPuts = new AtomicInteger();
    private volatile Function<Digest, Optional<URI>> places = blob -> Optional.empty();
    private volatile UnaryOperator<Repository> decorator = UnaryOperator.identity();

    public InMemoryRegistry() {
        this("memory.test");
    }

    public InMemoryRegistry(String name) {
        this.name = name;
    }

    /** Puts something around every repository handed out from now on: to fail, to count, to block. */
    public void decorate(UnaryOperator<Repository> newDecorator) {
        decorator = newDecorator;
    }

    /** Says from now on where blobs are kept, at each question anew. */
    public void lead(Function<Digest, Optional<URI>> toPlaces) {
        places = toPlaces;
    }

    /** The bytes of a blob, in whichever repository. */
    public byte[] blob(Digest digest) {
        return repositories.values().stream()
                .map(content -> content.blobs.get(digest))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    /** Stores a manifest and, before it, all it needs, as made by the given artifacts; moves the tag to it. */
    public void seed(String repository, String tag, Manifest root, TestArtifacts artifacts) throws IOException {
        Repository target = new InMemoryRepository(repository);
        seed(target, root, artifacts);
        target.putManifest(root, tag);
        uploads.set(0);
        manifestPuts.set(0);
    }

    private static void seed(Repository target, Manifest manifest, TestArtifacts artifacts) throws IOException {
        for (Descriptor child : manifest.children()) {
            switch (manifest) {
                case ImageIndex index -> {
                    Manifest listed = artifacts.manifest(child.digest());
                    seed(target, listed, artifacts);
                    target.putManifest(listed, child.digest().toString());
                }
                case ImageManifest image -> target.put(child, () -> new ByteArrayInputStream(artifacts.content(child)));
            }
        }
    }

    /** Blobs uploaded so far; those that were mounted or only seeded do not count. */
    public int uploads() {
        return uploads.get();
    }

    /** Blobs mounted so far. */
    public int mounts() {
        return mounts.get();
    }

    /** Manifests stored so far, tags moved included. */
    public int manifestPuts() {
        return manifestPuts.get();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Repository repository(String repository) {
        return decorator.apply(new InMemoryRepository(repository));
    }

    @Override
    public void login() {
        // It knows everybody.
    }

    @Override
    public List<String> catalog() {
        return List.copyOf(repositories.keySet());
    }

    @Override
    public void close() {
        // Stays readable: tests look at a registry after its user has closed it.
    }

    private static final class Content {
        final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
        final Map<Digest, Manifest> manifests = new ConcurrentHashMap<>();
        final Map<String, Digest> tags = new ConcurrentSkipListMap<>();
    }

    private final class InMemoryRepository implements Repository {

        private final String repository;

        InMemoryRepository(String repository) {
            this.repository = Reference.ofTag(repository, "latest").repository();
        }

        @Override
        public String name() {
            return repository;
        }

        @Override
        public Optional<Descriptor> resolve(String tagOrDigest) {
            return find(tagOrDigest).map(Manifest::descriptor);
        }

        @Override
        public Manifest manifest(String tagOrDigest) throws IOException {
            return find(tagOrDigest)
                    .orElseThrow(() -> failure(
                            Kind.NOT_FOUND,
                            "reading manifest '%s' failed: there is none".formatted(repository + ":" + tagOrDigest)));
        }

        @Override
        public Optional<Manifest> manifest(Descriptor descriptor) throws IOException {
            Optional<Manifest> found = Optional.ofNullable(content().manifests.get(descriptor.digest()));
            if (found.isPresent() && found.get().descriptor().size() != descriptor.size()) {
                throw new ContentMismatchException(descriptor, "manifest has another size: " + found.get());
            }
            return found;
        }

        @Override
        public boolean has(Descriptor blob) {
            return content().blobs.containsKey(blob.digest());
        }

        @Override
        public InputStream open(Descriptor blob, long offset) throws IOException {
            byte[] bytes = content().blobs.get(blob.digest());
            if (bytes == null) {
                throw failure(Kind.NOT_FOUND, "reading blob '%s' failed: there is none".formatted(blob.digest()));
            }
            if (offset < 0 || offset > bytes.length) {
                throw new IndexOutOfBoundsException("offset %d of %d".formatted(offset, bytes.length));
            }
            return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
        }

        @Override
        public ContentLink link(Descriptor blob) {
            return new InMemoryLink(name, () -> {
                if (!has(blob)) {
                    throw failure(Kind.NOT_FOUND, "blob '%s' is not there".formatted(blob.digest()));
                }
                return places.apply(blob.digest());
            });
        }

        @Override
        public void put(Descriptor blob, StreamSupplier body) throws IOException {
            try (InputStream in = new VerifyingInputStream(body.open(), blob)) {
                byte[] bytes = in.readAllBytes();
                stored().blobs.put(blob.digest(), bytes);
                uploads.incrementAndGet();
            }
        }

        @Override
        public boolean mount(Descriptor blob, String fromRepository) {
            Content source = repositories.get(fromRepository);
            byte[] bytes = source == null ? null : source.blobs.get(blob.digest());
            if (bytes == null) {
                return false;
            }
            stored().blobs.put(blob.digest(), bytes);
            mounts.incrementAndGet();
            return true;
        }

        @Override
        public void putManifest(Manifest manifest, String tagOrDigest) throws IOException {
            for (Descriptor child : manifest.children()) {
                boolean present = switch (manifest) {
                    case ImageIndex index -> content().manifests.containsKey(child.digest()) || has(child);
                    case ImageManifest image -> has(child) || child.mediaType().isNonDistributable();
                };
                if (!present) {
                    throw failure(
                            Kind.REJECTED,
                            "storing manifest '%s' in '%s' failed: %s is missing"
                                    .formatted(tagOrDigest, repository, child.digest()));
                }
            }
            Digest digest = manifest.descriptor().digest();
            if (tagOrDigest.indexOf(':') >= 0 && !Digest.parse(tagOrDigest).equals(digest)) {
                throw failure(Kind.REJECTED, "manifest %s is not %s".formatted(digest, tagOrDigest));
            }
            stored().manifests.put(digest, manifest);
            if (tagOrDigest.indexOf(':') < 0) {
                stored().tags.put(tagOrDigest, digest);
            }
            manifestPuts.incrementAndGet();
        }

        @Override
        public boolean exists() {
            return repositories.containsKey(repository);
        }

        @Override
        public void checkPush() {
            // Everybody may.
        }

        @Override
        public List<String> tags() {
            return List.copyOf(content().tags.keySet());
        }

        private Optional<Manifest> find(String tagOrDigest) {
            Digest digest = tagOrDigest.indexOf(':') >= 0
                    ? Digest.parse(tagOrDigest)
                    : content().tags.get(tagOrDigest);
            return digest == null
                    ? Optional.empty()
                    : Optional.ofNullable(content().manifests.get(digest));
        }

        /** What is here now, without making the repository exist. */
        private Content content() {
            return repositories.getOrDefault(repository, new Content());
        }

        private Content stored() {
            return repositories.computeIfAbsent(repository, absent -> new Content());
        }

        private RegistryException failure(Kind kind, String message) {
            return new RegistryException(kind, "registry %s: %s".formatted(name, message));
        }
    }
}
