package io.transship.core.registry.auth;

import java.io.IOException;

/** Where tokens of Microsoft Entra come from. Thread-safe; implementations cache and renew. */
@FunctionalInterface
public interface EntraTokens {

    /**
     * A token that is valid for some minutes at least.
     *
     * @param scope such as {@code https://containerregistry.azure.net/.default}
     * @throws IOException if the identity has none; the message says which identity and why, without secrets
     */
    String accessToken(String scope) throws IOException;
}
