package io.transship.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.pipeline.RegistryDirectory.Entry;
import io.transship.core.pipeline.RegistryDirectory.SignIn;
import io.transship.core.registry.pace.RequestClass;
import io.transship.core.registry.pace.RequestLimits;
import io.transship.core.storage.SecretUri;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryDirectoryTest {

    private static final String SECRET = "https://v.vault.azure.net/secrets/password";

    private final List<String> problems = new ArrayList<>();

    @Test
    void findsDeclaredRegistriesAndTakesOthersForAzures() {
        RegistryDirectory directory = parse("""
                {"Lab":{"loginServer":"registry.lab.example:5000","username":"me","passwordSecretUri":"%s",
                        "tokenHosts":["auth.lab.example"]},
                 "hub":{"loginServer":"http://localhost:5001","anonymous":true},
                 "own":{"loginServer":"own.example/"}}
                """.formatted(SECRET));

        assertThat(problems).isEmpty();
        assertThat(directory.find("LAB"))
                .isEqualTo(new Entry(
                        URI.create("https://registry.lab.example:5000"),
                        new SignIn.Password("me", SecretUri.parse(SECRET)),
                        Set.of("auth.lab.example"),
                        RequestLimits.NONE));
        assertThat(directory.find("hub").signIn()).isEqualTo(new SignIn.Anonymous());
        assertThat(directory.find("hub").loginServer()).isEqualTo(URI.create("http://localhost:5001"));
        assertThat(directory.find("own").signIn()).isEqualTo(new SignIn.Identity());
        assertThat(directory.find("Contoso"))
                .isEqualTo(new Entry(
                        URI.create("https://contoso.azurecr.io"),
                        new SignIn.Identity(),
                        Set.of(),
                        RequestLimits.AZURE_PREMIUM));
    }

    @Test
    void knowsHowMuchARegistryMayBeAsked() {
        RegistryDirectory directory = parse("""
                {"ours":{"loginServer":"ours-d7f0.azurecr.io","requestsPerMinute":{"read":5000,"write":0},"concurrency":8},
                 "elsewhere":{"loginServer":"theirs.azurecr.cn"},
                 "lab":{"loginServer":"registry.lab.example"},
                 "slow":{"loginServer":"slow.lab.example","requestsPerMinute":{"referrers":60,"tokens":30}}}
                """);

        assertThat(problems).isEmpty();
        assertThat(directory.find("ours").limits())
                .isEqualTo(new RequestLimits(
                        Map.of(RequestClass.READ, 5_000, RequestClass.REFERRERS, 1_000, RequestClass.TOKENS, 20_000),
                        8));
        assertThat(directory.find("elsewhere").limits()).as("in another cloud").isEqualTo(RequestLimits.AZURE_PREMIUM);
        assertThat(directory.find("lab").limits()).isEqualTo(RequestLimits.NONE);
        assertThat(directory.find("slow").limits().perMinute())
                .isEqualTo(Map.of(RequestClass.REFERRERS, 60, RequestClass.TOKENS, 30));
        assertThat(directory.find("undeclared").limits()).isEqualTo(RequestLimits.AZURE_PREMIUM);
    }

    @Test
    void refusesLimitsThatAreNoNumbersOfAnythingItKnows() {
        parse("""
                {"a":{"loginServer":"a.example","requestsPerMinute":{"reads":1,"read":-1,"write":"many","tokens":1.5},"concurrency":0},
                 "b":{"loginServer":"b.example","requestsPerMinute":100,"concurrency":"x"}}
                """);

        assertThat(problems)
                .containsExactlyInAnyOrder(
                        "a.requestsPerMinute.reads: is not a class of requests: expected read, write, referrers or tokens",
                        "a.requestsPerMinute.read: must be a whole number, 0 for no limit",
                        "a.requestsPerMinute.write: must be a whole number, 0 for no limit",
                        "a.requestsPerMinute.tokens: must be a whole number, 0 for no limit",
                        "a.concurrency: must be a whole number, at least 1",
                        "b.requestsPerMinute: must be an object",
                        "b.concurrency: must be a whole number, at least 1");
    }

    @Test
    void namesAllProblemsAtOnceEachWithItsPath() {
        RegistryDirectory directory = parse("""
                {"a":{"loginServr":"x"},
                 "b":{"loginServer":"b.example","username":"me"},
                 "c":{"loginServer":"c.example","passwordSecretUri":"%s","anonymous":true,"tokenHosts":"x"},
                 "d":7,
                 "e":{"loginServer":"e.example"},
                 "E":{"loginServer":"e2.example"}}
                """.formatted(SECRET));

        assertThat(problems)
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).isEqualTo("a.loginServr: is not a property of a registry"),
                        problem -> assertThat(problem).isEqualTo("a.loginServer: is missing"),
                        problem -> assertThat(problem).startsWith("b.passwordSecretUri: "),
                        problem -> assertThat(problem).isEqualTo("c.username: is missing"),
                        problem -> assertThat(problem).startsWith("c.anonymous: contradicts"),
                        problem -> assertThat(problem).startsWith("c.tokenHosts: must be an array"),
                        problem -> assertThat(problem).isEqualTo("d.loginServer: is missing"),
                        problem -> assertThat(problem).isEqualTo("E: is declared once more"));
        assertThat(directory.find("b").loginServer()).isEqualTo(URI.create("https://b.azurecr.io"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "my registry",
                "ftp://a.example",
                "https://me:hunter2@a.example",
                "a.example/path",
                "https://",
                "under_score.example",
                "a.example?x=hunter2"
            })
    void refusesWhatIsNotTheAddressOfAServer(String address) {
        parse("{\"a\":{\"loginServer\":\"%s\"}}".formatted(address));

        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("a.loginServer: is not the address of a server")
                .doesNotContain("hunter2");
    }

    @Test
    void whatIsNoDeclarationIsOneProblem() {
        parse("[");
        parse("[]");
        assertThat(problems).hasSize(2);
        assertThat(problems.getFirst()).startsWith("is not valid JSON");
        assertThat(problems.getLast()).startsWith("must be a JSON object");
        problems.clear();
        assertThat(parse("").find("x").loginServer()).isEqualTo(URI.create("https://x.azurecr.io"));
        assertThat(problems).isEmpty();
    }

    @Test
    void tokensGoToAllowedHostsOnly() {
        AllowedHosts hosts = new AllowedHosts(Set.of(".azurecr.io"), Set.of("Registry.example"));

        hosts.require("a.AzureCR.io", "registry 'a'");
        hosts.require("registry.EXAMPLE", "registry 'b'");
        for (String other :
                List.of("azurecr.io.evil.example", "evilazurecr.io", "sub.registry.example", "", "azurecr.io")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> hosts.require(other, "registry 'c'"))
                    .withMessageStartingWith("registry 'c' is at host '%s', which is not among".formatted(other))
                    .withMessageContaining("TRANSSHIP_ALLOWED_HOSTS");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new AllowedHosts(Set.of("azurecr.io"), Set.of()));
    }

    private RegistryDirectory parse(String json) {
        return RegistryDirectory.parse(json, CloudEndpoints.AZURE_PUBLIC, problems);
    }
}
