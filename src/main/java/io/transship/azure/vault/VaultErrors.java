package io.transship.azure.vault;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import io.transship.azure.RedactedCause;
import io.transship.azure.identity.AzureIdentities;
import io.transship.azure.identity.TokenFailure;
import io.transship.core.storage.SecretException;
import io.transship.core.storage.SecretException.Kind;
import io.transship.core.storage.SecretUri;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the SDK throws into a {@link SecretException}: the one place that knows a vault's error codes.
 *
 * @param identity who asks
 * @param use what is done with the secret
 * @see <a href="https://learn.microsoft.com/azure/key-vault/general/rest-error-codes">Key Vault REST API error codes</a>
 */
record VaultErrors(SecretUri secret, Optional<String> identity, Use use) {

    /** What one may do with a secret, and the role that allows it. */
    enum Use {
        /** Reads it in order to use it. */
        READ(
                "read",
                "read",
                "the role 'Key Vault Secrets User' on the vault (or 'get' on secrets in its access policies)"),
        /** Reads it in order to replace it. */
        INSPECT(
                "read",
                "read",
                "the role 'Key Vault Secrets Officer' on the secret (or 'get' and 'set' on secrets in the vault's access policies)"),
        /** Adds a version. */
        WRITE(
                "write",
                "write a new version of",
                "the role 'Key Vault Secrets Officer' on the secret (or 'get' and 'set' on secrets in the vault's access policies)");

        private final String verb;
        private final String operation;
        private final String right;

        Use(String verb, String operation, String right) {
            this.verb = verb;
            this.operation = operation;
            this.right = right;
        }
    }

    SecretException explain(RuntimeException e) {
        String who = AzureIdentities.describe(identity);
        return switch (e) {
            case ResourceNotFoundException missing ->
                failure(Kind.NOT_FOUND, "404 SecretNotFound; create it, or correct its name in keyVaultUri", e);
            case ClientAuthenticationException denied ->
                failure(
                        Kind.NO_TOKEN,
                        "the %s got no token (%s); check that the identity is assigned to the function app, its client id, and that the vault is in the same tenant"
                                .formatted(who, TokenFailure.reasons(denied)),
                        e);
            case HttpResponseException refused when status(refused) == 403 -> forbidden(who, refused);
            case HttpResponseException refused
            when status(refused) == 409 ->
                failure(
                        Kind.REJECTED,
                        "409, a secret of that name was deleted and not purged; bring it back with: az keyvault secret recover --id %s"
                                .formatted(secret),
                        e);
            case HttpResponseException refused
            when status(refused) == 429 || status(refused) >= 500 ->
                failure(Kind.UNAVAILABLE, "%d; the vault is busy, try again later".formatted(status(refused)), e);
            case HttpResponseException refused
            when status(refused) > 0 ->
                failure(
                        Kind.REJECTED,
                        "%d; check keyVaultUri (%s)".formatted(status(refused), RedactedCause.firstLine(refused)),
                        e);
            default ->
                failure(
                        Kind.UNAVAILABLE,
                        "no connection to '%s' (%s); check the vault's name, DNS, firewall and private endpoint"
                                .formatted(secret.vault().getHost(), RedactedCause.firstLine(e)),
                        e);
        };
    }

    SecretException failure(Kind kind, String explanation, @Nullable Throwable cause) {
        return new SecretException(
                kind,
                "%s secret '%s' failed: %s".formatted(use.operation, secret, explanation),
                cause == null ? null : RedactedCause.of(cause));
    }

    private SecretException forbidden(String who, HttpResponseException e) {
        String message = Optional.ofNullable(e.getMessage()).orElse("");
        if (message.contains("SecretDisabled")) {
            return failure(Kind.DISABLED, "403 SecretDisabled; enable it in the vault", e);
        }
        if (message.contains("ForbiddenByFirewall") || message.contains("ForbiddenByConnection")) {
            return failure(
                    Kind.SHUT_OUT,
                    "403, the vault's network rules shut this app out; allow its subnet or outbound addresses in the vault's firewall, or give it a private endpoint",
                    e);
        }
        return failure(
                Kind.FORBIDDEN,
                "403, the %s may not %s it; assign it %s, which takes some minutes to be in force"
                        .formatted(who, use.verb, use.right),
                e);
    }

    private static int status(HttpResponseException e) {
        return e.getResponse() == null ? 0 : e.getResponse().getStatusCode();
    }
}
