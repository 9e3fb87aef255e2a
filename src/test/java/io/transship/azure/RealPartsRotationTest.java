package io.transship.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.pipeline.SasRotation;
import io.transship.core.pipeline.rotation.RotationOutcome;
import io.transship.core.pipeline.rotation.RotationOutcome.Failed;
import io.transship.core.pipeline.rotation.RotationOutcome.Kept;
import io.transship.core.pipeline.rotation.RotationOutcome.Rotated;
import io.transship.core.sas.SasPermission;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.SecretVersions.Version;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.WriteMode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SAS that the real SDK issues and stores, and a real service accepts or refuses. Each test has its own secret. */
class RealPartsRotationTest {

    private static final SasRotation WEEKLY = new SasRotation.ByDelegation(Duration.ofDays(7));
    private static final BlobName BLOB = new BlobName("archive.tar");

    private static RealRotation real;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        real = new RealRotation(directory);
    }

    @AfterAll
    static void stop() {
        real.close();
    }

    @Test
    void anIdentityIssuesASasThatDoesWhatIsNeededAndNoMore() throws IOException {
        real.exporting("delegated", WEEKLY);

        Rotated rotated = (Rotated) rotate();

        assertThat(real.token(secret("delegated"))).satisfies(token -> {
            assertThat(token.kind()).isEqualTo(SasToken.Kind.USER_DELEGATION);
            assertThat(SasPermission.letters(token.permissions())).isEqualTo("rwl");
            assertThat(token.expiry()).contains(rotated.expiry());
            assertThat(token.isHttpsOnly()).isTrue();
        });
        assertOpensForExport("delegated");
        Version version =
                real.secrets.current(secret("delegated"), Optional.empty()).orElseThrow();
        assertThat(version.expires()).contains(rotated.expiry());
        assertThat(version.contentType()).isEqualTo("application/vnd.ms-sastoken-storage");
        assertThat(version.tags()).containsEntry("transship-signed-by", "UserDelegationKey");
        assertThat(version.toString()).doesNotContain("sig=");
        // As an export reads it.
        assertThat(real.secrets.read(secret("delegated"), Optional.empty())).isEqualTo(version.value());

        assertThat(rotate()).isInstanceOf(Kept.class);
        assertThat(real.vault.versions("delegated")).isEqualTo(1);
    }

    @Test
    void anAccountKeyIssuesASasToo() throws IOException {
        real.vault.set("account-key", real.azurite.accountKey(RealRotation.ACCOUNT));
        real.exporting("keyed", real.byAccountKey());

        assertThat(rotate()).isInstanceOf(Rotated.class);

        assertThat(real.token(secret("keyed")).kind()).isEqualTo(SasToken.Kind.SERVICE);
        assertOpensForExport("keyed");
        assertThat(rotate()).isInstanceOf(Kept.class);
    }

    @Test
    void aSasThatAPersonStoredIsReplacedAndItsVersionStays() throws IOException {
        real.exporting("by-hand", WEEKLY);
        String byHand = real.storage.sas(RealRotation.ACCOUNT, "by-hand", "alrw", Duration.ofDays(30));
        SecretUri old = SecretUri.parse(real.vault.set("by-hand", byHand).toString());

        assertThat(((Rotated) rotate()).reason()).contains("service SAS and should be a user-delegation SAS");

        assertOpensForExport("by-hand");
        assertThat(real.secrets.read(old, Optional.empty())).isEqualTo(byHand);
    }

    @Test
    void afterTheAccountsKeyWasRotatedTheSasIsReplacedAsSoonAsTheNewKeyIsKnown() throws IOException {
        real.vault.set("account-key", randomKey());
        real.exporting("regenerated", real.byAccountKey());

        assertThat(((Failed) rotate()).message())
                .contains("is not stored", "/secrets/account-key", "az storage account keys list");
        assertThat(real.vault.versions("regenerated")).isZero();

        real.vault.set("account-key", real.azurite.accountKey(RealRotation.ACCOUNT));
        assertThat(rotate()).isInstanceOf(Rotated.class);
        // A token that only the service can tell from a good one.
        real.vault.set(
                "regenerated", real.vault.value("regenerated").orElseThrow().replaceAll("sig=....", "sig=AAAA"));
        assertThat(((Rotated) rotate()).reason()).contains("the container refused it");
        assertOpensForExport("regenerated");
    }

    @Test
    void whatIsNoAccountKeyIsSaidAndNotShown() throws IOException {
        real.vault.set("account-key", "DefaultEndpointsProtocol=https;AccountKey=hush");
        real.exporting("connection", real.byAccountKey());

        assertThat(((Failed) rotate()).message())
                .contains("key of account 'store' is none", "accountKeyUri")
                .doesNotContain("hush");
    }

    @Test
    void anIdentityThatGetsNoKeyIsToldWhichRoleItNeeds() throws IOException {
        real.exporting("undelegated", WEEKLY);
        real.storageAudience = "https://other.example";
        try {
            assertThat(((Failed) rotate()).message())
                    .contains("get a user delegation key", "'undelegated'", "'Storage Blob Delegator'");
        } finally {
            real.storageAudience = "https://storage.azure.com";
        }
    }

    @Test
    void anIdentityThatMayNotWriteTheSecretIsToldWhichRoleItNeeds() throws IOException {
        real.exporting("unwritable", WEEKLY);
        real.vault.forbidWriting("unwritable");

        assertThat(((Failed) rotate()).message())
                .contains(
                        "write a new version of secret '%s' failed: 403".formatted(secret("unwritable")),
                        "system-assigned identity may not write it",
                        "'Key Vault Secrets Officer' on the secret");
    }

    @Test
    void anIdentityThatMayNotReadTheSecretIsToldWhichRoleItNeeds() throws IOException {
        real.exporting("unreadable", WEEKLY);
        real.vault.set("unreadable", "?x");
        real.vault.forbid("unreadable");

        assertThat(((Failed) rotate()).message()).contains("may not read it", "'Key Vault Secrets Officer'");
    }

    @Test
    void aSecretThatAPersonDisabledIsNotOverruled() throws IOException {
        real.exporting("disabled", WEEKLY);
        real.vault.set("disabled", "?x");
        real.vault.disable("disabled");

        assertThat(((Failed) rotate()).message()).contains("SecretDisabled", "enable it in the vault");
        assertThat(real.vault.versions("disabled")).isEqualTo(1);
    }

    @Test
    void aSecretThatWasDeletedHasToBeRecovered() throws IOException {
        real.exporting("deleted", WEEKLY);
        real.vault.deleteRecoverably("deleted");

        assertThat(((Failed) rotate()).message())
                .contains("az keyvault secret recover --id %s".formatted(secret("deleted")));
    }

    @Test
    void aContainerThatIsNotThereIsNamed() throws IOException {
        real.exporting("gone", WEEKLY);
        real.storage.container(RealRotation.ACCOUNT, "gone").delete();

        assertThat(((Failed) rotate()).message()).contains("404", "create container 'gone'");
        assertThat(real.vault.versions("gone")).isZero();
    }

    private static RotationOutcome rotate() throws IOException {
        List<RotationOutcome> outcomes = real.rotator().rotateAll();
        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.getFirst().toString())
                .doesNotContain("sig=", real.azurite.accountKey(RealRotation.ACCOUNT));
        return outcomes.getFirst();
    }

    private static void assertOpensForExport(String name) throws IOException {
        BlobContainer container = real.openedBy(secret(name), name);
        container.stageBlock(BLOB, "0001", "abc".getBytes(UTF_8), 0, 3);
        var blob = container.commit(BLOB, List.of("0001"), WriteMode.CREATE_NEW, Map.of());
        assertThat(container.list("")).hasSize(1);
        assertThat(container.find(BLOB)).isPresent();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> container.delete(BLOB, blob.etag()))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.ACCESS_DENIED));
    }

    private static SecretUri secret(String name) {
        return real.secret(name);
    }

    static String randomKey() {
        byte[] key = new byte[64];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
