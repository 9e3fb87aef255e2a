package io.transship.core.pipeline.preflight;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.util.Optional;

/**
 * Lines for the {@code az} command that mend what a check found. In angle brackets is what cannot be known from here.
 *
 * @see <a href="https://learn.microsoft.com/cli/azure/reference-index">Azure CLI reference</a>
 */
final class Commands {

    /** What writes a SAS that the app rotates. */
    static final String ROTATE =
            "the app writes it within the hour or with the next run; to have it now, send POST /admin/functions/RotateSas with the app's master key, and look for SasRotationFailed in its log";

    private static final String PROVIDERS = "/subscriptions/<subscription>/resourceGroups/<resource group>/providers/";

    private Commands() {}

    /** Gives a role to a principal, in the scope of one resource. */
    static String assignRole(String role, Optional<Principal> principal, String scope) {
        return "az role assignment create --role \"%s\" --assignee-object-id %s --assignee-principal-type %s --scope \"%s\""
                .formatted(
                        role,
                        objectId(principal),
                        principal
                                .map(Principal::type)
                                .orElse(Principal.Type.SERVICE_PRINCIPAL)
                                .armName(),
                        scope);
    }

    static String scopeOf(ContainerUri container) {
        return "%sMicrosoft.Storage/storageAccounts/%s/blobServices/default/containers/%s"
                .formatted(PROVIDERS, container.account(), container.container());
    }

    static String scopeOf(SecretUri secret) {
        return PROVIDERS + "Microsoft.KeyVault/vaults/" + secret.vaultName();
    }

    /** The registry resource that a pipeline's id names. */
    static String scopeOfRegistry(ResourceId pipeline) {
        String id = pipeline.toString();
        return id.substring(0, id.lastIndexOf("/" + pipeline.type().segment() + "/"));
    }

    static String assignIdentity(Optional<String> identity) {
        String user = identity.map(id -> " --identities "
                        + (id.startsWith("/") ? id : "<resource id of the identity '%s'>".formatted(id)))
                .orElse("");
        return "az functionapp identity assign --name <function app> --resource-group <resource group>" + user;
    }

    static String createContainer(ContainerUri container) {
        return "az storage container create --account-name %s --name %s --auth-mode login"
                .formatted(container.account(), container.container());
    }

    static String openAccount(ContainerUri container) {
        return "az storage account network-rule add --account-name %s --subnet <subnet id of the function app>"
                .formatted(container.account());
    }

    /** Stores what another command prints. */
    static String storeOutput(String command, SecretUri secret) {
        return "VALUE=$(%s) && %s".formatted(command, setSecret(secret, "$VALUE"));
    }

    /** Stores a value that only the reader knows. */
    static String setSecret(SecretUri secret, String value) {
        return "az keyvault secret set --vault-name %s --name %s --value \"%s\" --output none"
                .formatted(secret.vaultName(), secret.name(), value);
    }

    static String enableSecret(SecretUri secret) {
        return "az keyvault secret set-attributes --vault-name %s --name %s%s --enabled true"
                .formatted(
                        secret.vaultName(),
                        secret.name(),
                        secret.version().map(version -> " --version " + version).orElse(""));
    }

    static String allowSecrets(SecretUri secret, Optional<Principal> principal) {
        return "az keyvault set-policy --name %s --object-id %s --secret-permissions get"
                .formatted(secret.vaultName(), objectId(principal));
    }

    static String openVault(SecretUri secret) {
        return "az keyvault network-rule add --name %s --subnet <subnet id of the function app>"
                .formatted(secret.vaultName());
    }

    private static String objectId(Optional<Principal> principal) {
        return principal.map(Principal::objectId).orElse("<object id of the identity>");
    }
}
