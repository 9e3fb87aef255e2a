package io.transship.core.cloud;

import java.net.URI;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One Azure cloud: the suffixes of its hosts, where its identities sign in, and the audiences of its tokens. The three
 * that Microsoft and 21Vianet run are constants; any other is one of these with parts replaced.
 *
 * <p>Suffixes have no dot in front, audiences and the authority no slash at their end.
 *
 * @param name as {@code TRANSSHIP_CLOUD} has it
 * @param registrySuffix what follows a registry's name; dedicated data endpoints, {@code name.region.data.azurecr.io}, have
 *     it too
 * @param storageSuffix what follows an account's name and the name of a service
 * @param vaultSuffix what follows a vault's name
 * @param authorityHost where Entra gives out tokens
 * @param registryAudience for whom a token is that a registry exchanges for its own
 * @param storageAudience for whom a token is that storage accepts
 * @param vaultAudience for whom a token is that Key Vault accepts
 * @param tokenExchangeAudience for whom a managed identity's token is that stands for the secret of an application
 * @see <a href="https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure">Azure
 *     Government and global Azure</a>
 * @see <a href="https://learn.microsoft.com/azure/china/resources-developer-guide">Azure China developer guide</a>
 */
public record CloudEndpoints(
        String name,
        String registrySuffix,
        String storageSuffix,
        String vaultSuffix,
        URI authorityHost,
        String registryAudience,
        String storageAudience,
        String vaultAudience,
        String tokenExchangeAudience) {

    /**
     * The same in every cloud: the Azure CLI asks for it wherever it is signed in to. Some programs ask for
     * {@code containerregistry.azure.us} and {@code .cn} outside the public cloud, and Microsoft's older libraries for
     * Resource Manager's audience, which a registry may refuse ({@code azureADAuthenticationAsArmPolicy}). Whoever runs a cloud
     * that wants one of these says so in the settings.
     */
    private static final String REGISTRY_AUDIENCE = "https://containerregistry.azure.net";

    /**
     * The same in every cloud that is written about.
     *
     * @see <a href="https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory">Authorize access
     *     to blobs using Microsoft Entra ID</a>
     */
    private static final String STORAGE_AUDIENCE = "https://storage.azure.com";

    public static final CloudEndpoints AZURE_PUBLIC = new CloudEndpoints(
            "AzurePublic",
            "azurecr.io",
            "core.windows.net",
            "vault.azure.net",
            URI.create("https://login.microsoftonline.com"),
            REGISTRY_AUDIENCE,
            STORAGE_AUDIENCE,
            "https://vault.azure.net",
            "api://AzureADTokenExchange");

    public static final CloudEndpoints AZURE_US_GOVERNMENT = new CloudEndpoints(
            "AzureUSGovernment",
            "azurecr.us",
            "core.usgovcloudapi.net",
            "vault.usgovcloudapi.net",
            URI.create("https://login.microsoftonline.us"),
            REGISTRY_AUDIENCE,
            STORAGE_AUDIENCE,
            "https://vault.usgovcloudapi.net",
            "api://AzureADTokenExchangeUSGov");

    /**
     * Microsoft's pages name {@code login.partner.microsoftonline.cn}, its libraries {@code login.chinacloudapi.cn}; both are
     * the same service, which sends the libraries from the latter on to the former. About the former they would ask the public
     * cloud first, because they do not know it.
     */
    public static final CloudEndpoints AZURE_CHINA = new CloudEndpoints(
            "AzureChina",
            "azurecr.cn",
            "core.chinacloudapi.cn",
            "vault.azure.cn",
            URI.create("https://login.chinacloudapi.cn"),
            REGISTRY_AUDIENCE,
            STORAGE_AUDIENCE,
            "https://vault.azure.cn",
            "api://AzureADTokenExchangeChina");

    private static final String ANY_SCOPE = "/.default";

    /** What the name of every host in it ends with that tokens and SAS go to. */
    public Set<String> hostSuffixes() {
        return Set.of("." + registrySuffix, ".blob." + storageSuffix, "." + vaultSuffix);
    }

    /** Login server of a registry. */
    public URI registry(String registry) {
        return URI.create("https://%s.%s".formatted(registry, registrySuffix));
    }

    /**
     * Address of an account's service, without a slash at its end.
     *
     * @param service {@code blob}, {@code queue} or {@code table}
     */
    public URI storage(String account, String service) {
        return URI.create("https://%s.%s.%s".formatted(account, service, storageSuffix));
    }

    /** Whether a host is a registry of this cloud, or its data endpoint. */
    public boolean isRegistry(String host) {
        return host.endsWith("." + registrySuffix);
    }

    /** Whether a host is a registry of this cloud, or of one of the three: pipelines may reach into another cloud. */
    public boolean isAzureRegistry(String host) {
        return Stream.of(this, AZURE_PUBLIC, AZURE_US_GOVERNMENT, AZURE_CHINA)
                .anyMatch(cloud -> cloud.isRegistry(host));
    }

    /** What Entra is asked for by those who sign in to a registry. */
    public String registryScope() {
        return registryAudience + ANY_SCOPE;
    }

    public String storageScope() {
        return storageAudience + ANY_SCOPE;
    }

    public String vaultScope() {
        return vaultAudience + ANY_SCOPE;
    }

    /** What a managed identity is asked for by those who act as an application. */
    public String tokenExchangeScope() {
        return tokenExchangeAudience + ANY_SCOPE;
    }

    /** Whether a vault can be told by its domain to be one that may ask for a token, as it is in every public cloud. */
    public boolean vaultsAreTheirAudience() {
        return vaultAudience.equals("https://" + vaultSuffix);
    }

    /**
     * The cloud whose Entra is at an address.
     *
     * @param otherwise what it is like if it is none of the three
     */
    static CloudEndpoints at(URI authority, CloudEndpoints otherwise) {
        return switch (String.valueOf(authority.getHost())) {
            case "login.microsoftonline.com" -> AZURE_PUBLIC;
            case "login.microsoftonline.us" -> AZURE_US_GOVERNMENT;
            case "login.chinacloudapi.cn", "login.partner.microsoftonline.cn" -> AZURE_CHINA;
            default -> otherwise.withAuthorityHost(authority);
        };
    }

    private CloudEndpoints withAuthorityHost(URI other) {
        return new CloudEndpoints(
                name,
                registrySuffix,
                storageSuffix,
                vaultSuffix,
                other,
                registryAudience,
                storageAudience,
                vaultAudience,
                tokenExchangeAudience);
    }
}
