package io.transship.functions.settings;

import io.transship.core.cloud.Authority;
import io.transship.core.cloud.CloudEndpoints;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Which Azure cloud the app is in: one of the three that are known, with parts replaced where a custom or cut-off cloud
 * has others. The names of the parts are those that {@code az cloud show} prints, or near to them.
 */
final class CloudSettings {

    static final String CLOUD = "TRANSSHIP_CLOUD";
    static final String REGISTRY_SUFFIX = "TRANSSHIP_CLOUD_REGISTRY_SUFFIX";
    static final String STORAGE_SUFFIX = "TRANSSHIP_CLOUD_STORAGE_SUFFIX";
    static final String VAULT_SUFFIX = "TRANSSHIP_CLOUD_VAULT_SUFFIX";
    static final String AUTHORITY_HOST = "TRANSSHIP_CLOUD_AUTHORITY_HOST";
    static final String REGISTRY_AUDIENCE = "TRANSSHIP_CLOUD_REGISTRY_AUDIENCE";
    static final String STORAGE_AUDIENCE = "TRANSSHIP_CLOUD_STORAGE_AUDIENCE";
    static final String VAULT_AUDIENCE = "TRANSSHIP_CLOUD_VAULT_AUDIENCE";
    static final String TOKEN_EXCHANGE_AUDIENCE = "TRANSSHIP_CLOUD_TOKEN_EXCHANGE_AUDIENCE";

    /** What Azure's own libraries read, and what the workload identity of Kubernetes sets. */
    static final String STANDARD_AUTHORITY_HOST = "AZURE_AUTHORITY_HOST";

    /** Two labels at least: a whole top-level domain would be open to anyone. */
    private static final Pattern SUFFIX =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+");

    private static final Pattern AUDIENCE =
            Pattern.compile("(?:https|api)://[A-Za-z0-9.-]+(?::\\d+)?(?:/[A-Za-z0-9./_-]*)?");

    private CloudSettings() {}

    /** Reads them; every problem is added, and what is wrong is as in the cloud itself. */
    static CloudEndpoints of(Map<String, String> environment, List<String> problems) {
        CloudEndpoints known = AppSettings.setting(environment, CLOUD, "AzurePublic", CloudSettings::known, problems);
        Part part = new Part(environment, problems);
        String vaultSuffix = part.read(VAULT_SUFFIX, known.vaultSuffix(), CloudSettings::suffix);
        // Every cloud's vaults are their own audience, so that whoever gives the suffix need not say it twice.
        String vaultAudience =
                vaultSuffix.equals(known.vaultSuffix()) ? known.vaultAudience() : "https://" + vaultSuffix;
        String authority =
                part.read(STANDARD_AUTHORITY_HOST, known.authorityHost().toString(), CloudSettings::authority);
        return new CloudEndpoints(
                known.name(),
                part.read(REGISTRY_SUFFIX, known.registrySuffix(), CloudSettings::suffix),
                part.read(STORAGE_SUFFIX, known.storageSuffix(), CloudSettings::suffix),
                vaultSuffix,
                URI.create(part.read(AUTHORITY_HOST, authority, CloudSettings::authority)),
                part.read(REGISTRY_AUDIENCE, known.registryAudience(), CloudSettings::audience),
                part.read(STORAGE_AUDIENCE, known.storageAudience(), CloudSettings::audience),
                part.read(VAULT_AUDIENCE, vaultAudience, CloudSettings::audience),
                part.read(TOKEN_EXCHANGE_AUDIENCE, known.tokenExchangeAudience(), CloudSettings::audience));
    }

    /** One part after the other, each with its own default. */
    private record Part(Map<String, String> environment, List<String> problems) {

        String read(String name, String standard, Function<String, String> parser) {
            return AppSettings.setting(environment, name, standard, parser, problems);
        }
    }

    /** By our names or by those of the Azure CLI, in any case. */
    private static CloudEndpoints known(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "azurepublic", "azurecloud" -> CloudEndpoints.AZURE_PUBLIC;
            case "azureusgovernment" -> CloudEndpoints.AZURE_US_GOVERNMENT;
            case "azurechina", "azurechinacloud" -> CloudEndpoints.AZURE_CHINA;
            default ->
                throw new IllegalArgumentException(
                        "is '%s': expected AzurePublic, AzureUSGovernment or AzureChina".formatted(text));
        };
    }

    /** With or without a dot in front, as {@code az cloud show} prints some of them with one. */
    private static String suffix(String text) {
        String suffix = text.toLowerCase(Locale.ROOT).replaceFirst("^\\.", "");
        if (!SUFFIX.matcher(suffix).matches()) {
            throw new IllegalArgumentException(
                    "is '%s': expected the end of a host name with two parts at least, such as azurecr.io"
                            .formatted(text));
        }
        return suffix;
    }

    private static String authority(String text) {
        return Authority.parse(text).toString();
    }

    private static String audience(String text) {
        if (!AUDIENCE.matcher(text).matches() || text.endsWith("/.default")) {
            throw new IllegalArgumentException(
                    "is '%s': expected the audience of tokens, such as https://storage.azure.com, without /.default"
                            .formatted(text));
        }
        return text.replaceFirst("/+$", "");
    }
}
