package io.transship.core.pipeline.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.storage.SecretUri;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SasRotationJsonTest {

    private static final ResourceId OUT = ResourceId.of("s", "g", "contoso", ResourceId.Type.EXPORT_PIPELINE, "out");
    private static final String SECRET = "https://v.vault.azure.net/secrets/sas";
    private static final String KEY = "https://w.vault.azure.net/secrets/key1";

    private final List<Problem> problems = new ArrayList<>();

    @Test
    void aDelegationLivesSevenDaysUnlessItIsSaidOtherwise() {
        assertThat(rotation("{'signedBy':'UserDelegationKey'}"))
                .contains(new SasRotation.ByDelegation(Duration.ofDays(7)));
        assertThat(rotation("{'signedBy':'userdelegationkey','lifetime':'P1DT12H'}"))
                .contains(new SasRotation.ByDelegation(Duration.ofHours(36)));
    }

    @Test
    void aServiceSasLivesThirtyDaysUnlessItIsSaidOtherwise() {
        assertThat(rotation("{'signedBy':'AccountKey','accountKeyUri':'%s'}".formatted(KEY)))
                .contains(new SasRotation.ByAccountKey(SecretUri.parse(KEY), Duration.ofDays(30)));
        assertThat(rotation("{'signedBy':'AccountKey','accountKeyUri':'%s','lifetime':'P90D'}".formatted(KEY)))
                .contains(new SasRotation.ByAccountKey(SecretUri.parse(KEY), Duration.ofDays(90)));
    }

    @Test
    void whatIsShownIsUnderstood() {
        for (String rotation : List.of(
                "{'signedBy':'UserDelegationKey','lifetime':'PT36H'}",
                "{'signedBy':'AccountKey','accountKeyUri':'%s','lifetime':'P90D'}".formatted(KEY))) {
            PipelineDefinition read = read("'keyVaultUri':'%s','sasRotation':%s".formatted(SECRET, rotation))
                    .orElseThrow();
            var written = PipelineJson.write(read);

            assertThat(PipelineJson.read(written, problems)).contains(read);
            assertThat(written.at("/properties/target/sasRotation").toString()).isEqualTo(rotation.replace('\'', '"'));
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void withoutItNobodyRotatesTheSecret() {
        ExportPipeline pipeline = (ExportPipeline)
                read("'keyVaultUri':'%s'".formatted(SECRET)).orElseThrow().pipeline();

        assertThat(pipeline.container().rotation()).isEmpty();
        assertThat(PipelineJson.write(
                                read("'keyVaultUri':'%s'".formatted(SECRET)).orElseThrow())
                        .at("/properties/target")
                        .has("sasRotation"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | .sasRotation | must be an object",
                "{} | .sasRotation.signedBy | is missing",
                "{'signedBy':'Me'} | .sasRotation.signedBy | must be UserDelegationKey or AccountKey",
                "{'signedBy':'UserDelegationKey','often':true} | .sasRotation.often | is not a property",
                "{'signedBy':'UserDelegationKey','lifetime':'P8D'} | .sasRotation.lifetime | from P1D to P7D",
                "{'signedBy':'UserDelegationKey','lifetime':'PT23H'} | .sasRotation.lifetime | from P1D to P7D",
                "{'signedBy':'UserDelegationKey','lifetime':'soon'} | .sasRotation.lifetime | from P1D to P7D",
                "{'signedBy':'UserDelegationKey','lifetime':7} | .sasRotation.lifetime | from P1D to P7D",
                "{'signedBy':'UserDelegationKey','accountKeyUri':'KEY'} | .sasRotation.accountKeyUri | must be absent",
                "{'signedBy':'AccountKey'} | .sasRotation.accountKeyUri | is missing",
                "{'signedBy':'AccountKey','accountKeyUri':1} | .sasRotation.accountKeyUri | must be a text",
                "{'signedBy':'AccountKey','accountKeyUri':'key'} | .sasRotation.accountKeyUri | is not the address of a secret",
                "{'signedBy':'AccountKey','accountKeyUri':'SECRET'} | .sasRotation.accountKeyUri | names the secret that the SAS is written to",
                "{'signedBy':'AccountKey','accountKeyUri':'KEY','lifetime':'P366D'} | .sasRotation.lifetime | from P1D to P365D",
            })
    void everyMistakeIsNamed(String rotation, String target, String message) {
        assertThat(rotation(rotation.replace("KEY'", KEY + "'").replace("SECRET'", SECRET + "'")))
                .isEmpty();

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.target()).isEqualTo("properties.target" + target);
            assertThat(problem.message()).contains(message);
        });
    }

    @Test
    void severalMistakesAreAllNamed() {
        rotation("{'signedBy':'AccountKey','lifetime':'PT1H','x':1}");

        assertThat(problems)
                .extracting(Problem::target)
                .containsExactlyInAnyOrder(
                        "properties.target.sasRotation.accountKeyUri",
                        "properties.target.sasRotation.lifetime",
                        "properties.target.sasRotation.x");
    }

    @Test
    void onlyASecretWithoutVersionCanBeRotated() {
        assertThat(read("'keyVaultUri':'%s/abc','sasRotation':{'signedBy':'UserDelegationKey'}".formatted(SECRET)))
                .isEmpty();
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.target()).isEqualTo("properties.target.keyVaultUri");
            assertThat(problem.message()).contains("must name no version", "leave out '/abc'");
        });
        problems.clear();

        assertThat(read("'sasRotation':{'signedBy':'UserDelegationKey'}")).isEmpty();
        assertThat(problems).extracting(Problem::toString).containsExactly("properties.target.keyVaultUri: is missing");
    }

    @Test
    void aContainerThatIsOpenedByIdentityHasNothingToRotate() {
        assertThat(read("'storageAccessMode':'ManagedIdentity','sasRotation':{'signedBy':'UserDelegationKey'}"))
                .isEmpty();

        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly(
                        "properties.target.sasRotation: must be absent when storageAccessMode is ManagedIdentity");
    }

    @Test
    void theVaultOfTheAccountKeyHasToBeAllowed() {
        PipelineDefinition definition =
                read("'keyVaultUri':'%s','sasRotation':{'signedBy':'AccountKey','accountKeyUri':'https://evil.example/secrets/key'}"
                                .formatted(SECRET))
                        .orElseThrow();
        PipelineHosts hosts = new PipelineHosts(
                RegistryDirectory.parse("", CloudEndpoints.AZURE_PUBLIC, new ArrayList<>()),
                new AllowedHosts(Set.of(".azurecr.io", ".blob.core.windows.net", ".vault.azure.net"), Set.of()));

        assertThat(hosts.problemsOf(definition.pipeline())).singleElement().satisfies(problem -> {
            assertThat(problem.target()).isEqualTo("properties.target.sasRotation.accountKeyUri");
            assertThat(problem.message()).contains("'evil.example'");
        });
    }

    private Optional<SasRotation> rotation(String json) {
        return read("'keyVaultUri':'%s','sasRotation':%s".formatted(SECRET, json))
                .flatMap(read -> ((ExportPipeline) read.pipeline()).container().rotation());
    }

    private Optional<PipelineDefinition> read(String properties) {
        String json = "{'id':'%s','properties':{'target':{'uri':'https://near.blob.core.windows.net/transfer',%s}}}"
                .formatted(OUT, properties)
                .replace('\'', '"');
        try {
            return PipelineJson.read(new JsonMapper().readTree(json), problems);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
