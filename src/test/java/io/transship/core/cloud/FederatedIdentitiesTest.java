package io.transship.core.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FederatedIdentitiesTest {

    private static final String TENANT = "11111111-1111-1111-1111-111111111111";
    private static final String CLIENT = "22222222-2222-2222-2222-22222222222a";
    private static final String MANAGED = "33333333-3333-3333-3333-333333333333";

    private final List<String> problems = new ArrayList<>();

    @Test
    void findsAnIdentityByItsClientIdInAnyCase() {
        FederatedIdentities identities = parse("""
                {"partner":{"tenantId":"%s","clientId":"%s","federatedBy":"%s"}}""".formatted(TENANT, CLIENT, MANAGED));

        assertThat(problems).isEmpty();
        assertThat(identities.find(CLIENT.toUpperCase(Locale.ROOT)))
                .contains(new FederatedIdentity("partner", TENANT, CLIENT, MANAGED, CloudEndpoints.AZURE_PUBLIC));
        assertThat(identities.find(MANAGED)).isEmpty();
    }

    @Test
    void knowsTheCloudOfAnAuthority() {
        FederatedIdentities identities = parse("""
                {"gov":{"tenantId":"contoso.onmicrosoft.us","clientId":"%s","federatedBy":"%s","authorityHost":"login.microsoftonline.us"},
                 "own":{"tenantId":"%s","clientId":"%s","federatedBy":"%s","authorityHost":"https://login.cloud.example"}}""".formatted(CLIENT, MANAGED, TENANT, TENANT, MANAGED));

        assertThat(problems).isEmpty();
        assertThat(identities.find(CLIENT).orElseThrow().cloud()).isEqualTo(CloudEndpoints.AZURE_US_GOVERNMENT);
        assertThat(identities.find(TENANT).orElseThrow().authorityHost()).hasToString("https://login.cloud.example");
        assertThat(identities.find(TENANT).orElseThrow().cloud().tokenExchangeScope())
                .isEqualTo("api://AzureADTokenExchange/.default");
    }

    @Test
    void namesEachProblemByItself() {
        FederatedIdentities identities = parse("""
                {"a":{"clientId":"me","federatedBy":"system","clientSecret":"hush","authorityHost":"http://login.example/t"},
                 "b":{"tenantId":"%s","clientId":"%s","federatedBy":"%s"},
                 "c":{"tenantId":"%s","clientId":"%s","federatedBy":"%s"}}""".formatted(TENANT, CLIENT, CLIENT, TENANT, CLIENT, MANAGED));

        assertThat(problems)
                .anyMatch(problem -> problem.startsWith("a.clientSecret: is not a property of an identity"))
                .contains(
                        "a.tenantId: is missing",
                        "a.clientId: is 'me': expected the client id of an application",
                        "a.federatedBy: is 'system': expected the client id or resource id of a user-assigned managed identity",
                        "c.clientId: is that of another identity as well; pipelines name identities by it")
                .anyMatch(problem -> problem.startsWith("a.authorityHost: is 'http://login.example/t': expected where"))
                .noneMatch(problem -> problem.contains("hush"));
        assertThat(identities.find("me")).isEmpty();
    }

    @Test
    void anIdentityCannotTrustOneOfItsOwnKind() {
        parse("""
                {"a":{"tenantId":"%s","clientId":"%s","federatedBy":"%s"}}""".formatted(TENANT, CLIENT, CLIENT));

        assertThat(problems)
                .containsExactly("a.federatedBy: must be a managed identity, and is one of those declared here");
    }

    @Test
    void saysWhatIsNoJsonObject() {
        parse("[]");
        parse("{");

        assertThat(problems)
                .hasSize(2)
                .anyMatch(problem -> problem.startsWith("must be a JSON object"))
                .anyMatch(problem -> problem.startsWith("is not valid JSON"));
    }

    private FederatedIdentities parse(String json) {
        return FederatedIdentities.parse(json, CloudEndpoints.AZURE_PUBLIC, problems);
    }
}
