package io.transship.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What Resource Manager of a cloud says of itself, and what its services would say of new resources.
 *
 * @param name as {@code environment().name} gives it
 * @param vaultSuffix with a dot in front, as Resource Manager has it
 * @param registrySuffix with a dot in front
 * @param authority with a slash at the end
 */
record CloudFacts(String name, String storageSuffix, String vaultSuffix, String registrySuffix, String authority) {

    static final CloudFacts PUBLIC = new CloudFacts(
            "AzureCloud", "core.windows.net", ".vault.azure.net", ".azurecr.io", "https://login.microsoftonline.com/");
    static final CloudFacts GOVERNMENT = new CloudFacts(
            "AzureUSGovernment",
            "core.usgovcloudapi.net",
            ".vault.usgovcloudapi.net",
            ".azurecr.us",
            "https://login.microsoftonline.us/");
    static final CloudFacts CHINA = new CloudFacts(
            "AzureChinaCloud",
            "core.chinacloudapi.cn",
            ".vault.azure.cn",
            ".azurecr.cn",
            "https://login.chinacloudapi.cn/");
    static final CloudFacts CUT_OFF = new CloudFacts(
            "Island",
            "core.island.example",
            ".vault.island.example",
            ".acr.island.example",
            "https://login.island.example/");

    static final String SUBSCRIPTION = "99999999-9999-9999-9999-999999999999";
    static final String GROUP = "transship";
    static final String PRINCIPAL = "11111111-1111-1111-1111-111111111111";
    static final String CLIENT = "22222222-2222-2222-2222-222222222222";

    ObjectNode environment() {
        ObjectNode environment = BicepEvaluation.JSON.objectNode().put("name", name);
        environment
                .putObject("suffixes")
                .put("storage", storageSuffix)
                .put("keyvaultDns", vaultSuffix)
                .put("acrLoginServer", registrySuffix);
        environment.putObject("authentication").put("loginEndpoint", authority);
        return environment;
    }

    String resourceId(String type, String resource) {
        return "/subscriptions/%s/resourceGroups/%s/providers/%s/%s".formatted(SUBSCRIPTION, GROUP, type, resource);
    }

    JsonNode resource(String type, String resource, String id) {
        ObjectNode described = BicepEvaluation.JSON
                .objectNode()
                .put("id", id)
                .put("name", resource)
                .put("type", type);
        described.putObject("identity").put("principalId", "33333333-3333-3333-3333-333333333333");
        ObjectNode properties = described.putObject("properties");
        properties.put("principalId", PRINCIPAL).put("clientId", CLIENT);
        properties.put("vaultUri", "https://%s%s/".formatted(resource, vaultSuffix));
        properties.put("loginServer", "%s-d7f0%s".formatted(resource, registrySuffix));
        properties.put("defaultHostName", resource + ".websites.example");
        properties.put("ConnectionString", "IngestionEndpoint=https://ingestion.example/");
        ObjectNode endpoints = properties.putObject("primaryEndpoints");
        for (String service : new String[] {"blob", "queue", "table"}) {
            endpoints.put(service, "https://%s.%s.%s/".formatted(resource, service, storageSuffix));
        }
        return described;
    }
}
