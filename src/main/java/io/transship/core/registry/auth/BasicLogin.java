package io.transship.core.registry.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A user name and password as a header value, read from its source when first needed and again after a refusal. */
final class BasicLogin {

    private final RegistryCredential.Basic credential;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable String header;

    BasicLogin(RegistryCredential.Basic credential) {
        this.credential = credential;
    }

    String header() throws AuthorizationException {
        lock.lock();
        try {
            if (header == null) {
                byte[] login = (credential.username() + ":"
                                + credential.password().password())
                        .getBytes(StandardCharsets.UTF_8);
                header = "Basic " + Base64.getEncoder().encodeToString(login);
            }
            return header;
        } catch (IOException e) {
            throw new AuthorizationException(
                    "the password of user '%s' cannot be read: %s".formatted(credential.username(), e.getMessage()), e);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the password, unless somebody has read another one since. */
    void refused(String refusedHeader) {
        lock.lock();
        try {
            if (refusedHeader.equals(header)) {
                header = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
