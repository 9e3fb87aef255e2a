package io.transship.core.pipeline.preflight;

import io.transship.core.storage.SecretException;
import io.transship.core.storage.SecretStore;
import io.transship.core.storage.SecretUri;
import java.util.Optional;

/** Reading the secrets that a pipeline needs. Thread-safe. */
final class SecretChecks {

    private final SecretStore secrets;

    SecretChecks(SecretStore secrets) {
        this.secrets = secrets;
    }

    /**
     * A secret that a pipeline needs.
     *
     * @param purpose what it holds, such as "the SAS of container '…'"
     * @param refill the command that gives it a right value
     */
    record Need(SecretUri secret, String purpose, String refill) {}

    /** Reads the secret from its vault, whatever was kept of it; returns its value. */
    Optional<String> check(Need need, Optional<String> clientId, Optional<Principal> principal, Chain chain) {
        return chain.ask(
                Hop.SECRET,
                need.secret().toString(),
                () -> {
                    secrets.forget(need.secret());
                    return secrets.read(need.secret(), clientId);
                },
                value -> value.isBlank()
                        ? Finding.failed("it is empty, but should hold " + need.purpose(), need.refill())
                        : Finding.passed("it can be read and holds %s, as far as is known".formatted(need.purpose())),
                e -> refused(need, principal, e));
    }

    private static Finding refused(Need need, Optional<Principal> principal, Exception e) {
        if (!(e instanceof SecretException failure)) {
            return Finding.failed(e, "check keyVaultUri and the app's log");
        }
        SecretUri secret = need.secret();
        return Finding.failed(
                failure,
                switch (failure.kind()) {
                    case NOT_FOUND, EXPIRED -> need.refill();
                    case DISABLED -> Commands.enableSecret(secret);
                    case FORBIDDEN ->
                        "%s, or in a vault with access policies: %s"
                                .formatted(
                                        Commands.assignRole(
                                                "Key Vault Secrets User", principal, Commands.scopeOf(secret)),
                                        Commands.allowSecrets(secret, principal));
                    case SHUT_OUT -> Commands.openVault(secret);
                    case NO_TOKEN -> "check that the identity is of the tenant that the vault is in";
                    case REJECTED -> "correct the secret's address '%s' where it is declared".formatted(secret);
                    case UNAVAILABLE -> "check again in some minutes";
                });
    }
}
