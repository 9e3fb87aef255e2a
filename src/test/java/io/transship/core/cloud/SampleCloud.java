package io.transship.core.cloud;

import java.util.Map;
import java.util.stream.Collectors;

/** The clouds that tests go through, each with what must be called there; written apart from the table of the app. */
public enum SampleCloud {
    PUBLIC(
            "",
            "azurecr.io",
            "core.windows.net",
            "vault.azure.net",
            "login.microsoftonline.com",
            "https://containerregistry.azure.net/.default",
            "https://storage.azure.com/.default",
            "https://vault.azure.net/.default",
            "api://AzureADTokenExchange/.default"),
    US_GOVERNMENT(
            "TRANSSHIP_CLOUD=AzureUSGovernment",
            "azurecr.us",
            "core.usgovcloudapi.net",
            "vault.usgovcloudapi.net",
            "login.microsoftonline.us",
            "https://containerregistry.azure.net/.default",
            "https://storage.azure.com/.default",
            "https://vault.usgovcloudapi.net/.default",
            "api://AzureADTokenExchangeUSGov/.default"),
    CHINA(
            "TRANSSHIP_CLOUD=AzureChina",
            "azurecr.cn",
            "core.chinacloudapi.cn",
            "vault.azure.cn",
            "login.chinacloudapi.cn",
            "https://containerregistry.azure.net/.default",
            "https://storage.azure.com/.default",
            "https://vault.azure.cn/.default",
            "api://AzureADTokenExchangeChina/.default"),
    CUT_OFF(
            """
                    TRANSSHIP_CLOUD_REGISTRY_SUFFIX=.azurecr.cloud.example
                    TRANSSHIP_CLOUD_STORAGE_SUFFIX=core.cloud.example
                    TRANSSHIP_CLOUD_VAULT_SUFFIX=.vault.cloud.example
                    TRANSSHIP_CLOUD_AUTHORITY_HOST=https://login.cloud.example/
                    TRANSSHIP_CLOUD_REGISTRY_AUDIENCE=https://containerregistry.cloud.example
                    TRANSSHIP_CLOUD_STORAGE_AUDIENCE=https://storage.cloud.example/
                    TRANSSHIP_CLOUD_TOKEN_EXCHANGE_AUDIENCE=api://AzureADTokenExchangeExample
                    """,
            "azurecr.cloud.example",
            "core.cloud.example",
            "vault.cloud.example",
            "login.cloud.example",
            "https://containerregistry.cloud.example/.default",
            "https://storage.cloud.example/.default",
            "https://vault.cloud.example/.default",
            "api://AzureADTokenExchangeExample/.default"),
    /** Its vaults ask for tokens of an audience that their own names do not end with. */
    ODD_VAULTS(
            """
                    TRANSSHIP_CLOUD_VAULT_SUFFIX=odd.cloud.example
                    TRANSSHIP_CLOUD_VAULT_AUDIENCE=https://keys.elsewhere.example
                    AZURE_AUTHORITY_HOST=https://login.cloud.example/
                    """,
            "azurecr.io",
            "core.windows.net",
            "odd.cloud.example",
            "login.cloud.example",
            "https://containerregistry.azure.net/.default",
            "https://storage.azure.com/.default",
            "https://keys.elsewhere.example/.default",
            "api://AzureADTokenExchange/.default");

    private final String settings;
    private final String registrySuffix;
    private final String storageSuffix;
    private final String vaultSuffix;
    private final String authority;
    private final String registryScope;
    private final String storageScope;
    private final String vaultScope;
    private final String exchangeScope;

    SampleCloud(
            String settings,
            String registrySuffix,
            String storageSuffix,
            String vaultSuffix,
            String authority,
            String registryScope,
            String storageScope,
            String vaultScope,
            String exchangeScope) {
        this.settings = settings;
        this.registrySuffix = registrySuffix;
        this.storageSuffix = storageSuffix;
        this.vaultSuffix = vaultSuffix;
        this.authority = authority;
        this.registryScope = registryScope;
        this.storageScope = storageScope;
        this.vaultScope = vaultScope;
        this.exchangeScope = exchangeScope;
    }

    /** The app settings of an app in it. */
    public Map<String, String> settings() {
        return settings.lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
    }

    public String registry(String name) {
        return name + "." + registrySuffix;
    }

    public String storage(String account, String service) {
        return account + "." + service + "." + storageSuffix;
    }

    public String vault(String name) {
        return name + "." + vaultSuffix;
    }

    public String authority() {
        return authority;
    }

    public String registryScope() {
        return registryScope;
    }

    public String storageScope() {
        return storageScope;
    }

    public String vaultScope() {
        return vaultScope;
    }

    public String exchangeScope() {
        return exchangeScope;
    }
}
