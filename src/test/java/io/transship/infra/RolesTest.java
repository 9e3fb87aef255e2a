package io.transship.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what in what the templates make, and how far it is locked down. */
class RolesTest {

    private static final Path TABLE = Templates.INFRA.resolve("roles.bicep");
    private static final String GUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private static final JsonNode ROLES =
            new BicepEvaluation(Templates.file(TABLE), Map.of(), CloudFacts.PUBLIC).symbol("roles");

    @Test
    void each_role_has_a_name_and_an_id_of_its_own() {
        assertThat(ROLES.findValuesAsText("id"))
                .hasSize(ROLES.size())
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches(GUID));
        assertThat(ROLES.findValuesAsText("name"))
                .hasSize(ROLES.size())
                .doesNotHaveDuplicates()
                .noneMatch(String::isBlank);
    }

    @Test
    void the_table_is_the_only_place_of_role_ids() throws IOException {
        for (Path file : Templates.under(Templates.INFRA, ".bicep")) {
            if (!file.equals(TABLE)) {
                assertThat(Pattern.compile(GUID).matcher(Files.readString(file)).find())
                        .as("an id in %s", file)
                        .isFalse();
            }
        }
    }

    @Test
    void each_assignment_says_why() throws IOException {
        int assignments = 0;
        for (Path file : Templates.under(Templates.INFRA, ".bicep")) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains("'Microsoft.Authorization/roleAssignments@")) {
                    assignments++;
                    assertThat(lines.get(i - 1)).as("%s:%d", file, i).startsWith("// ");
                }
            }
        }
        assertThat(assignments).isGreaterThan(7);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    source | ManagedIdentity | AcrPull on registries/contoso
                    target | ManagedIdentity | AcrPush on registries/fabrikam
                    source | RotatedSas      | AcrPull on registries/contoso, Storage Blob Delegator on storageAccounts/sttransfer*, Key Vault Secrets Officer on secrets/transfer-sas
                    both   | ManagedIdentity | AcrPush on registries/contoso, Key Vault Secrets User on secrets/source-registry-password
                    """)
    void the_app_gets_the_roles_that_it_needs_and_no_others(String side, String access, String besides) {
        List<String> expected = new ArrayList<>(List.of(
                "Storage Blob Data Owner on storageAccounts/sthost*",
                "Storage Queue Data Contributor on storageAccounts/sthost*",
                "Storage Table Data Contributor on storageAccounts/sthost*",
                "Storage Blob Data Contributor on containers/transfer",
                "Monitoring Metrics Publisher on components/appi-transship-*"));
        expected.addAll(List.of(besides.split(", ")));

        assertThat(assignments(plan(side, Map.of("storageAccess", TextNode.valueOf(access)))))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @CsvSource({"source", "target", "both"})
    void storage_takes_no_keys_and_shows_nothing_to_everybody(String side) {
        assertThat(ofType(plan(side, Map.of()), "Microsoft.Storage/storageAccounts"))
                .hasSize(2)
                .allSatisfy(properties -> {
                    assertThat(properties.path("allowSharedKeyAccess")).hasToString("false");
                    assertThat(properties.path("allowBlobPublicAccess")).hasToString("false");
                    assertThat(properties.path("supportsHttpsTrafficOnly")).hasToString("true");
                    assertThat(properties.path("minimumTlsVersion").asText()).isEqualTo("TLS1_2");
                });
        assertThat(ofType(plan(side, Map.of()), "Microsoft.KeyVault/vaults"))
                .singleElement()
                .satisfies(properties -> {
                    assertThat(properties.path("enableRbacAuthorization")).hasToString("true");
                    assertThat(properties.path("enablePurgeProtection")).hasToString("true");
                });
    }

    @Test
    void in_a_private_network_nothing_is_reached_from_outside() {
        List<BicepEvaluation.Planned> plan = plan(
                "source",
                Map.of("network", TextNode.valueOf("NewNetwork"), "publicAccess", TextNode.valueOf("Nobody")));

        assertThat(plan.stream()
                        .filter(
                                planned -> planned.type()
                                        .matches(
                                                "Microsoft.Storage/storageAccounts|Microsoft.KeyVault/vaults|Microsoft.Web/sites"))
                        .map(planned -> planned.body()
                                .at("/properties/publicNetworkAccess")
                                .asText()))
                .hasSize(4)
                .containsOnly("Disabled");
        assertThat(ofType(plan, "Microsoft.Network/privateEndpoints"))
                .extracting(properties -> properties
                        .at("/privateLinkServiceConnections/0/properties/groupIds/0")
                        .asText())
                .containsExactlyInAnyOrder("blob", "queue", "table", "blob", "vault", "sites");
        assertThat(ofType(plan, "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"))
                .extracting(properties -> properties
                        .at("/privateDnsZoneConfigs/0/properties/privateDnsZoneId")
                        .asText())
                .extracting(id -> id.replaceFirst(".*/", ""))
                .containsExactlyInAnyOrder(
                        "privatelink.blob.core.windows.net",
                        "privatelink.queue.core.windows.net",
                        "privatelink.table.core.windows.net",
                        "privatelink.blob.core.windows.net",
                        "privatelink.vaultcore.azure.net",
                        "privatelink.azurewebsites.net");
    }

    @Test
    void the_sign_in_lets_event_grid_through() {
        JsonNode signIn = plan("target", Map.of()).stream()
                .filter(planned -> planned.id().endsWith("/config/authsettingsV2"))
                .map(planned -> planned.body().path("properties"))
                .findFirst()
                .orElseThrow();

        assertThat(signIn.at("/globalValidation/excludedPaths/0").asText()).isEqualTo("/runtime/webhooks/EventGrid");
        assertThat(signIn.at("/globalValidation/requireAuthentication")).hasToString("true");
        assertThat(plan("source", Map.of())).noneMatch(planned -> planned.id().endsWith("/config/authsettingsV2"));
    }

    private static List<BicepEvaluation.Planned> plan(String side, Map<String, JsonNode> instead) {
        return BicepEvaluation.of(
                        Templates.file(Templates.INFRA.resolve(side + ".bicepparam")), instead, CloudFacts.PUBLIC)
                .plan();
    }

    private static List<JsonNode> ofType(List<BicepEvaluation.Planned> plan, String type) {
        return plan.stream()
                .filter(planned -> planned.type().equals(type))
                .map(planned -> planned.body().path("properties"))
                .toList();
    }

    /** Each as "role on kind/name", with a star in place of what is computed. */
    private static List<String> assignments(List<BicepEvaluation.Planned> plan) {
        return plan.stream()
                .filter(planned -> planned.type().equals("Microsoft.Authorization/roleAssignments"))
                .map(planned -> "%s on %s"
                        .formatted(
                                nameOf(planned.body()
                                        .at("/properties/roleDefinitionId")
                                        .asText()),
                                planned.body()
                                        .at("/scope/id")
                                        .asText()
                                        .replaceFirst(".*/([^/]+/[^/]+)$", "$1")
                                        .replaceFirst("[0-9a-f]{13}$", "*")))
                .toList();
    }

    private static String nameOf(String roleDefinition) {
        for (JsonNode role : ROLES) {
            if (roleDefinition.endsWith("/" + role.path("id").asText())) {
                return role.path("name").asText();
            }
        }
        return "a role that is not in the table";
    }
}
