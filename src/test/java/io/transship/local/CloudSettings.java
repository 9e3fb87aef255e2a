package io.transship.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the app settings of the local cloud, as an operator would write them for Azure. */
final class CloudSettings {

    /** Where the demo's resources are, up to the name of a registry. */
    static final String REGISTRIES =
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/demo/providers/Microsoft.ContainerRegistry/registries/";

    private static final long SLICE_BYTES = 64L << 20;

    private final Map<String, String> settings = new LinkedHashMap<>();

    CloudSettings() {
        settings.put("FUNCTIONS_WORKER_RUNTIME", "java");
        settings.put("TRANSSHIP_ALLOWED_HOSTS", "127.0.0.1");
        settings.put("TRANSSHIP_SLICE_BYTES", Long.toString(SLICE_BYTES));
        settings.put("TRANSSHIP_LOCAL_MAX_POLLING", "200ms");
    }

    CloudSettings with(String name, String value) {
        settings.put(name, value);
        return this;
    }

    CloudSettings withAll(Map<String, String> more) {
        settings.putAll(more);
        return this;
    }

    CloudSettings withJavaOptions(Certificates certificates) {
        return with(
                "JAVA_OPTS",
                "-XX:TieredStopAtLevel=4 -XX:+UseSerialGC -Xmn32m -Xmx256m -Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
                        .formatted(certificates.trustStore().toAbsolutePath(), certificates.password()));
    }

    CloudSettings withRegistries(Map<String, RegistryServer> registries, String username, KeyVaultServer vault) {
        ObjectNode json = JsonExchange.JSON.createObjectNode();
        registries.forEach((name, registry) -> json.putObject(name)
                .put("loginServer", registry.uri().toString())
                .put("username", username)
                .put(
                        "passwordSecretUri",
                        vault.secretUri(name + "-registry-password").toString()));
        return with("TRANSSHIP_REGISTRIES", json.toString());
    }

    /** One pipeline out of the source, which relays, and one into the target, which starts by itself. */
    CloudSettings withPipelines(
            URI source, URI target, KeyVaultServer vault, List<String> exportOptions, List<String> importOptions) {
        ObjectNode exporting = pipeline("source/exportPipelines/exportdemo", exportOptions);
        ObjectNode exportProperties = exporting.withObject("/properties");
        exportProperties.set("target", container(source, vault.secretUri("export-sas")));
        exportProperties.set("relay", container(target, vault.secretUri("relay-sas")));
        ObjectNode importing = pipeline("target/importPipelines/importdemo", importOptions);
        ObjectNode importProperties = importing.withObject("/properties");
        importProperties.set("source", container(target, vault.secretUri("import-sas")));
        importProperties.putObject("trigger").putObject("sourceTrigger").put("status", "Enabled");
        return with(
                "TRANSSHIP_PIPELINES",
                JsonExchange.JSON
                        .createArrayNode()
                        .add(exporting)
                        .add(importing)
                        .toString());
    }

    Map<String, String> toMap() {
        return Map.copyOf(settings);
    }

    private static ObjectNode pipeline(String path, List<String> options) {
        ObjectNode pipeline = JsonExchange.JSON.createObjectNode().put("id", REGISTRIES + path);
        pipeline.putObject("identity").put("type", "SystemAssigned");
        options.forEach(pipeline.putObject("properties").putArray("options")::add);
        return pipeline;
    }

    private static ObjectNode container(URI uri, URI secret) {
        return JsonExchange.JSON
                .createObjectNode()
                .put("type", "AzureStorageBlobContainer")
                .put("uri", uri.toString())
                .put("keyVaultUri", secret.toString())
                .put("storageAccessMode", "SasToken");
    }
}
