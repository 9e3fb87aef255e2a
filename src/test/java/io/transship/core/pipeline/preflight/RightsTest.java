package io.transship.core.pipeline.preflight;

import static io.transship.core.pipeline.preflight.PreflightWorld.FAR;
import static io.transship.core.pipeline.preflight.PreflightWorld.NEAR;
import static io.transship.core.pipeline.preflight.PreflightWorld.NEAR_SAS;
import static io.transship.core.pipeline.preflight.PreflightWorld.OBJECT_ID;
import static io.transship.core.pipeline.preflight.PreflightWorld.REPOSITORY;
import static io.transship.core.pipeline.preflight.PreflightWorld.exportOf;
import static io.transship.core.pipeline.preflight.PreflightWorld.importTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.preflight.PreflightCheck.Verdict;
import io.transship.core.registry.RegistryException;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.SecretException;
import io.transship.core.storage.StorageException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets, SAS, and rights at registries and containers: what is found, and the line that mends it. */
class RightsTest {

    private static final String NEW_SAS =
            "VALUE=$(az storage container generate-sas --account-name near --name transfer --permissions rawl --expiry 2026-03-31T12:00Z --https-only --output tsv) && az keyvault secret set --vault-name keys --name near --value \"$VALUE\" --output none";
    private static final String CONTAINER_SCOPE =
            "\"/subscriptions/<subscription>/resourceGroups/<resource group>/providers/Microsoft.Storage/storageAccounts/far/blobServices/default/containers/transfer\"";

    private PreflightWorld world;

    @BeforeEach
    void createWorld() throws IOException {
        world = new PreflightWorld();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOT_FOUND | az keyvault secret set --vault-name keys --name near",
                "EXPIRED | az keyvault secret set --vault-name keys --name near",
                "DISABLED | az keyvault secret set-attributes --vault-name keys --name near --enabled true",
                "FORBIDDEN | az role assignment create --role \"Key Vault Secrets User\" --assignee-object-id aaaaaaaa-0000-0000-0000-000000000001 --assignee-principal-type ServicePrincipal --scope \"/subscriptions/<subscription>/resourceGroups/<resource group>/providers/Microsoft.KeyVault/vaults/keys\"",
                "SHUT_OUT | az keyvault network-rule add --name keys",
                "NO_TOKEN | tenant",
                "UNAVAILABLE | check again",
                "REJECTED | correct the secret's address",
            })
    void saysWhatToDoForEachRefusalOfAVault(SecretException.Kind kind, String action) throws IOException {
        world.vault.refusals.put(NEAR_SAS, kind);

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.SECRET);
        assertThat(failed.target()).isEqualTo(NEAR_SAS.toString());
        assertThat(failed.message()).contains(kind.toString());
        assertThat(failed.action()).contains(action);
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.SAS, Hop.CONTAINER, Hop.READ, Hop.WRITE, Hop.LIST);
    }

    @Test
    void readsSecretsFromTheVaultAndNotFromWhatWasKept() throws IOException {
        world.check(exportOf("lab"), REPOSITORY);

        assertThat(world.vault.forgotten).contains(NEAR_SAS, PreflightWorld.FAR_SAS, PreflightWorld.PASSWORD);
    }

    @Test
    void saysThatASecretHoldsNoSas() throws IOException {
        world.vault.values.put(NEAR_SAS, "https://near.blob.core.windows.net/transfer?sig=" + PreflightWorld.SIGNATURE);

        PreflightCheck failed = onlyFailure(world.check(exportOf("lab"), REPOSITORY));

        assertThat(failed.hop()).isEqualTo(Hop.SAS);
        assertThat(failed.message()).startsWith("it does not hold a SAS: ").contains("whole URL");
        assertThat(failed.action()).isEqualTo(NEW_SAS);
    }

    @Test
    void saysThatASecretIsEmpty() throws IOException {
        world.vault.values.put(PreflightWorld.PASSWORD, " ");

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        assertThat(onlyFailure(report).message()).contains("empty", "the password of user 'reader'");
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.LOGIN, Hop.PULL);
    }

    @Test
    void namesEachProblemOfASasAndSkipsWhatItCannotDo() throws IOException {
        world.vault.values.put(NEAR_SAS, PreflightWorld.sas("rl", "2026-02-01"));

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        assertThat(report.checks(Verdict.FAILED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.SAS, Hop.SAS);
        assertThat(report.checks(Verdict.FAILED))
                .extracting(PreflightCheck::message)
                .anySatisfy(message -> assertThat(message).contains("'se' of the SAS is", "which is past"))
                .anySatisfy(message -> assertThat(message).contains("'sp' of the SAS is 'rl'", "also 'w'"));
        assertThat(report.checks(Verdict.FAILED))
                .extracting(PreflightCheck::action)
                .containsOnly(NEW_SAS);
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.CONTAINER, Hop.READ, Hop.WRITE, Hop.LIST);
    }

    @Test
    void triesTheOtherRightsOfASasThatLacksOne() throws IOException {
        world.vault.values.put(NEAR_SAS, PreflightWorld.sas("rl", "2026-04-01"));
        world.refused.put(BlobOperation.STAGE_BLOCK, StorageException.Kind.ACCESS_DENIED);

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        assertThat(of(report, Hop.SAS, NEAR_SAS.toString()))
                .extracting(PreflightCheck::verdict)
                .containsExactly(Verdict.FAILED);
        assertThat(of(report, Hop.READ, NEAR.toString()))
                .extracting(PreflightCheck::verdict)
                .containsExactly(Verdict.PASSED);
        assertThat(of(report, Hop.WRITE, NEAR.toString())).singleElement().satisfies(check -> {
            assertThat(check.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(check.action()).isEqualTo(NEW_SAS);
        });
    }

    @Test
    void warnsOfASasThatWillSoonExpire() throws IOException {
        world.vault.values.put(NEAR_SAS, PreflightWorld.sas("rawl", "2026-03-03"));

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        assertThat(report.verdict()).isEqualTo(Verdict.WARNING);
        assertThat(report.checks(Verdict.WARNING)).singleElement().satisfies(check -> {
            assertThat(check.hop()).isEqualTo(Hop.SAS);
            assertThat(check.action()).isEqualTo(NEW_SAS);
        });
        assertThat(report.checks(Verdict.SKIPPED)).isEmpty();
    }

    @Test
    void saysThatTheLetterOfAppendBlobsIsNotNeeded() throws IOException {
        world.vault.values.put(NEAR_SAS, PreflightWorld.sas("rwl", "2026-04-01"));

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(of(report, Hop.SAS, NEAR_SAS.toString()))
                .singleElement()
                .satisfies(check -> assertThat(check.message()).contains("'a', which ACR Transfer asks for too"));
    }

    @Test
    void saysThatAContainerIsMissing() throws IOException {
        world.containers.put(FAR, InMemoryBlobContainer.missing(FAR));

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.CONTAINER);
        assertThat(failed.target()).isEqualTo(FAR.toString());
        assertThat(failed.action())
                .isEqualTo("az storage container create --account-name far --name transfer --auth-mode login");
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.READ, Hop.WRITE, Hop.LIST);
    }

    @ParameterizedTest
    @CsvSource({"LIST, LIST", "FIND, READ", "DELETE, DELETE"})
    void namesTheRoleForARightThatTheIdentityLacks(BlobOperation operation, Hop hop) throws IOException {
        world.refused.put(operation, StorageException.Kind.ACCESS_DENIED);

        PreflightReport report = world.check(importTo("contoso", PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS), "new");

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(hop);
        assertThat(failed.action())
                .isEqualTo(
                        "az role assignment create --role \"Storage Blob Data Contributor\" --assignee-object-id %s --assignee-principal-type ServicePrincipal --scope %s",
                        OBJECT_ID, CONTAINER_SCOPE);
        assertThat(report.checks(Verdict.SKIPPED)).isEmpty();
    }

    @Test
    void namesAReadersRoleAndTheFirewallWhenNothingIsAllowed() throws IOException {
        world.refused.put(BlobOperation.LIST, StorageException.Kind.ACCESS_DENIED);
        world.refused.put(BlobOperation.FIND, StorageException.Kind.ACCESS_DENIED);

        PreflightReport report = world.check(importTo("contoso"), "new");

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.CONTAINER);
        assertThat(failed.action())
                .startsWith("az role assignment create --role \"Storage Blob Data Reader\" --assignee-object-id "
                        + OBJECT_ID)
                .contains("az storage account network-rule add --account-name far");
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.READ, Hop.LIST);
    }

    @Test
    void leavesAPlaceForThePrincipalThatATokenDoesNotName() throws IOException {
        world.token = "opaque-" + PreflightWorld.SIGNATURE;
        world.refused.put(BlobOperation.FIND, StorageException.Kind.ACCESS_DENIED);

        PreflightReport report = world.check(importTo("contoso"), "new");

        assertThat(onlyFailure(report).action()).contains("--assignee-object-id <object id of the identity>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lab | UNAUTHORIZED | az keyvault secret set --vault-name keys --name password",
                "open | UNAUTHORIZED | declare username and passwordSecretUri of registry 'open'",
                "contoso | UNAUTHORIZED | same tenant",
                "contoso | FORBIDDEN | --role \"AcrPull\" --assignee-object-id aaaaaaaa-0000-0000-0000-000000000001",
                "lab | NOT_FOUND | correct loginServer of registry 'lab'",
                "lab | UNAVAILABLE | check again",
            })
    void saysWhatToDoWhenARegistryDoesNotLetUsIn(String registry, RegistryException.Kind kind, String action)
            throws IOException {
        world.registry.login = kind;

        PreflightReport report = world.check(exportOf(registry), REPOSITORY);

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.LOGIN);
        assertThat(failed.action()).contains(action);
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.PULL);
    }

    @Test
    void saysThatThePasswordIsWrong() throws IOException {
        world.vault.values.put(PreflightWorld.PASSWORD, "guess-work");

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        assertThat(onlyFailure(report).hop()).isEqualTo(Hop.LOGIN);
        assertThat(report.toString()).doesNotContain("guess-work");
    }

    @Test
    void namesTheRolesForRightsAtARegistry() throws IOException {
        world.registry.push = RegistryException.Kind.FORBIDDEN;

        PreflightReport report = world.check(importTo("contoso"), "a", "b", "a");

        assertThat(report.checks(Verdict.FAILED))
                .extracting(PreflightCheck::target)
                .containsExactly("contoso.azurecr.io/a", "contoso.azurecr.io/b");
        assertThat(report.checks(Verdict.FAILED)).allSatisfy(check -> {
            assertThat(check.hop()).isEqualTo(Hop.PUSH);
            assertThat(check.action())
                    .isEqualTo(
                            "az role assignment create --role \"AcrPush\" --assignee-object-id %s --assignee-principal-type ServicePrincipal --scope \"/subscriptions/sub-1/resourceGroups/Group/providers/Microsoft.ContainerRegistry/registries/contoso\" (in a registry with ABAC the role 'Container Registry Repository Writer')",
                            OBJECT_ID);
        });
        assertThat(of(report, Hop.PULL, "contoso.azurecr.io/a"))
                .extracting(PreflightCheck::verdict)
                .containsExactly(Verdict.PASSED);
    }

    @Test
    void namesTheUserWhoLacksARight() throws IOException {
        world.registry.pull = RegistryException.Kind.FORBIDDEN;

        PreflightCheck failed = onlyFailure(world.check(exportOf("lab"), REPOSITORY));

        assertThat(failed.hop()).isEqualTo(Hop.PULL);
        assertThat(failed.action())
                .startsWith("give user 'reader' the right to pull from 'samples/app' at registry 'lab.example'")
                .contains("az acr scope-map update --registry lab");
    }

    @Test
    void warnsOfARepositoryThatTheRegistryDoesNotKnow() throws IOException {
        PreflightReport report = world.check(exportOf("lab"), "samples/misspelt");

        assertThat(report.verdict()).isEqualTo(Verdict.WARNING);
        assertThat(report.checks(Verdict.WARNING)).singleElement().satisfies(check -> {
            assertThat(check.target()).isEqualTo("lab.example/samples/misspelt");
            assertThat(check.action()).contains("correct the name");
        });
    }

    @Test
    void takesARepositoryWhoseTagsMayNotBeListedForOneThatIsThere() throws IOException {
        world.registry.list = RegistryException.Kind.FORBIDDEN;

        assertThat(world.check(exportOf("lab"), REPOSITORY).verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void saysThatANameIsNone() throws IOException {
        PreflightReport report = world.check(exportOf("lab"), "../Evil", REPOSITORY);

        assertThat(onlyFailure(report).action()).isEqualTo("correct the name of the repository");
        assertThat(of(report, Hop.PULL, "lab.example/" + REPOSITORY))
                .extracting(PreflightCheck::verdict)
                .containsExactly(Verdict.PASSED);
    }

    @Test
    void warnsThatNoRepositoryWasNamed() throws IOException {
        assertThat(world.check(exportOf("lab")).checks(Verdict.WARNING))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.hop()).isEqualTo(Hop.PULL);
                    assertThat(check.message()).contains("for the registry as a whole only");
                });
        assertThat(world.check(importTo("contoso")).checks(Verdict.WARNING))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.PUSH);
    }

    private static List<PreflightCheck> of(PreflightReport report, Hop hop, String target) {
        return report.checks().stream()
                .filter(check -> check.hop() == hop && check.target().equals(target))
                .toList();
    }

    private static PreflightCheck onlyFailure(PreflightReport report) {
        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.checks(Verdict.FAILED)).as(report.toString()).hasSize(1);
        return report.checks(Verdict.FAILED).getFirst();
    }
}
