package io.transship.core.cloud;

import java.net.URI;

/**
 * An application in a tenant, mostly another one than the app's own, that a managed identity of this app may act as: its
 * token stands for the application's secret, so that there is none.
 *
 * @param name what operators call it
 * @param tenantId of the tenant whose registry, vault and storage it opens
 * @param clientId of the application
 * @param federatedBy client id or resource id of the managed identity
 * @param cloud whose Entra gives out its tokens
 * @see <a href="https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity">
 *     Configure an application to trust a managed identity</a>
 */
public record FederatedIdentity(
        String name, String tenantId, String clientId, String federatedBy, CloudEndpoints cloud) {

    /** Where it signs in. */
    public URI authorityHost() {
        return cloud.authorityHost();
    }

    /** As messages call it. */
    @Override
    public String toString() {
        return "identity '%s' (application '%s' of tenant '%s')".formatted(name, clientId, tenantId);
    }
}
