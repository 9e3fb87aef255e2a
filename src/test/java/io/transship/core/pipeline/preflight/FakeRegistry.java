package io.transship.core.pipeline.preflight;

import io.transship.core.oci.Descriptor;
import io.transship.core.registry.ForwardingRepository;
import io.transship.core.registry.InMemoryRegistry;
import io.transship.core.registry.Registry;
import io.transship.core.registry.RegistryException;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.RegistrySettings;
import io.transship.core.registry.Repository;
import io.transship.core.registry.auth.RegistryCredential;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A registry in memory that refuses what a test says, and takes one password. */
final class FakeRegistry implements Registry {

    final InMemoryRegistry memory = new InMemoryRegistry("lab.example");
    final AtomicInteger pushes = new AtomicInteger();
    volatile boolean hangs;
    volatile @Nullable Kind login;
    volatile @Nullable Kind pull;
    volatile @Nullable Kind push;
    volatile @Nullable Kind list;
    volatile @Nullable RegistryCredential credential;

    Registry open(RegistrySettings settings) {
        credential = settings.credential();
        return this;
    }

    @Override
    public String name() {
        return memory.name();
    }

    @Override
    public void login() throws IOException {
        if (hangs) {
            hang();
        }
        refuse(login, "logging in");
        if (credential instanceof RegistryCredential.Basic basic
                && !basic.password().password().equals("pass-word")) {
            refuse(Kind.UNAUTHORIZED, "logging in");
        }
    }

    @Override
    public Repository repository(String repository) {
        return new ForwardingRepository(memory.repository(repository)) {
            @Override
            public Optional<Descriptor> resolve(String tagOrDigest) throws IOException {
                refuse(pull, "resolving");
                return super.resolve(tagOrDigest);
            }

            @Override
            public boolean exists() throws IOException {
                refuse(list, "looking for");
                return super.exists();
            }

            @Override
            public void checkPush() throws IOException {
                refuse(push, "beginning an upload");
                pushes.incrementAndGet();
                super.checkPush();
            }
        };
    }

    @Override
    public List<String> catalog() {
        return memory.catalog();
    }

    @Override
    public void close() {
        memory.close();
    }

    private static void hang() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("no longer waited for");
        }
    }

    private static void refuse(@Nullable Kind kind, String operation) throws RegistryException {
        if (kind != null) {
            throw new RegistryException(kind, "registry lab.example: %s failed: %s".formatted(operation, kind));
        }
    }
}
