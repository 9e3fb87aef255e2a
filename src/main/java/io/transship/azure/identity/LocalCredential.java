package io.transship.azure.identity;

import com.azure.core.credential.TokenCredential;
import com.azure.core.util.ConfigurationBuilder;
import com.azure.identity.AzureCliCredentialBuilder;
import com.azure.identity.AzureDeveloperCliCredentialBuilder;
import com.azure.identity.AzurePowerShellCredentialBuilder;
import com.azure.identity.ChainedTokenCredential;
import com.azure.identity.ChainedTokenCredentialBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import io.transship.azure.AzureHttp;
import io.transship.core.cloud.Authority;
import io.transship.core.cloud.CloudEndpoints;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whoever the app is where the platform gives it no identity: the one that its environment names, the workload identity
 * of a pod, the managed identity of a virtual machine, or the developer who signed in with {@code az}, {@code azd} or
 * PowerShell; in this order, which is that of {@code DefaultAzureCredential}.
 *
 * <p>That class itself also asks IntelliJ, and ends with an {@code Error} without the native libraries for it, which would
 * make the app larger for nobody's use. So it gets the first half of its own chain, and the tools come behind.
 *
 * @see <a href="https://learn.microsoft.com/azure/developer/java/sdk/authentication/credential-chains">Credential chains in
 *     the Azure Identity library for Java</a>
 */
final class LocalCredential {

    /** Picks a half of the chain, or one credential by its name. */
    private static final String SELECTION = "AZURE_TOKEN_CREDENTIALS";

    private LocalCredential() {}

    /**
     * Puts it together; asks nobody.
     *
     * @param identity client id or resource id of a user-assigned identity; empty for whatever there is
     */
    static TokenCredential of(
            Map<String, String> environment, CloudEndpoints cloud, Optional<String> identity, AzureHttp http) {
        String selection = environment.getOrDefault(SELECTION, "").trim();
        if (selection.equalsIgnoreCase("dev")) {
            return tools();
        }
        DefaultAzureCredentialBuilder builder = new DefaultAzureCredentialBuilder()
                .authorityHost(cloud.authorityHost().toString())
                .httpClient(http.client());
        if (!Authority.isKnown(cloud.authorityHost())) {
            builder.disableInstanceDiscovery();
        }
        identity.ifPresent(id -> {
            if (AzureIdentities.isResourceId(id)) {
                builder.managedIdentityResourceId(id);
            } else {
                builder.managedIdentityClientId(id);
            }
        });
        if (!selection.isEmpty()) {
            return builder.build();
        }
        Map<String, String> firstHalf = new HashMap<>(environment);
        firstHalf.put(SELECTION, "prod");
        builder.configuration(new ConfigurationBuilder(path -> Map.of(), path -> Map.of(), path -> firstHalf).build());
        return new ChainedTokenCredentialBuilder()
                .addLast(builder.build())
                .addLast(tools())
                .build();
    }

    private static ChainedTokenCredential tools() {
        return new ChainedTokenCredentialBuilder()
                .addLast(new AzureCliCredentialBuilder().build())
                .addLast(new AzurePowerShellCredentialBuilder().build())
                .addLast(new AzureDeveloperCliCredentialBuilder().build())
                .build();
    }
}
