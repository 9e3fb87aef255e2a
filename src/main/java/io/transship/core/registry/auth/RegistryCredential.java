package io.transship.core.registry.auth;

import java.io.IOException;

/** How we prove who we are to a registry. */
public sealed interface RegistryCredential {

    /** No proof: whatever a registry gives to everyone. */
    record Anonymous() implements RegistryCredential {}

    /**
     * A user name and a password or token, sent as basic credentials to the registry or to its token service.
     *
     * @param password read again when the registry refuses the one it had, so that a rotated secret is picked up
     */
    record Basic(String username, PasswordSource password) implements RegistryCredential {}

    /**
     * An Entra identity, exchanged for a token of Azure Container Registry at {@code /oauth2/exchange}.
     *
     * @param scope that Entra is asked for, the registry's audience in its cloud
     */
    record Entra(EntraTokens tokens, String scope) implements RegistryCredential {}

    /** Where a password comes from, read when it is first needed. */
    @FunctionalInterface
    interface PasswordSource {

        /**
         * Reads the password.
         *
         * @throws IOException if it cannot be had; the message names the secret, never its value
         */
        String password() throws IOException;
    }
}
