package io.transship.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.local.IdentityServer;
import io.transship.local.LocalCloud;
import io.transship.local.artifacts.DistributionClient;
import io.transship.local.artifacts.RegistryComparison;
import io.transship.local.artifacts.SampleArtifact;
import io.transship.local.artifacts.SmallImage;
import io.transship.local.demo.Run;
import io.transship.local.demo.TransshipClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Export, relay and import of the packaged app with {@code storageAccessMode: ManagedIdentity} on all containers and no SAS
 * anywhere: Azurite checks the tokens.
 */
class TransferByIdentityIT {

    private static final Path STAGING =
            Path.of(System.getProperty("transship.staging", "target/azure-functions/transship"));
    private static final String PIPELINES = "TRANSSHIP_PIPELINES";
    private static final String USER = "33333333-3333-3333-3333-333333333333";

    @Test
    void anArchiveTravelsByIdentityFromRegistryToRegistry(@TempDir Path directory) throws IOException {
        LocalCloud.Options options =
                LocalCloud.Options.of(directory, STAGING).withSettings(TransferByIdentityIT::byIdentity);
        try (LocalCloud cloud = LocalCloud.start(options);
                TransshipClient client = new TransshipClient(cloud.app(), cloud.functionKey());
                DistributionClient source = cloud.registryClient("source");
                DistributionClient target = cloud.registryClient("target")) {
            SampleArtifact image = SmallImage.push(source, "shop/web:1", "a layer");

            URI exported = client.export("exportdemo", List.of("shop/web:1"), "by-identity.tar");

            assertEndsWell(await().atMost(Duration.ofSeconds(60)).until(() -> client.run(exported), Run::isFinished));
            Predicate<Run> finished = Run::isFinished;
            assertEndsWell(await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> client.runs(cloud.registryPath("target")).stream()
                                    .filter(finished)
                                    .findFirst(),
                            found -> found.isPresent())
                    .orElseThrow());
            assertThat(RegistryComparison.compare(source, target, List.of(image))
                            .differences())
                    .isEmpty();
            // The export as the app itself, the import as a user-assigned identity.
            assertThat(cloud.identity().requests())
                    .contains(
                            new IdentityServer.Request("https://storage.azure.com", ""),
                            new IdentityServer.Request("https://storage.azure.com", USER));
            assertThat(cloud.vault().reads()).noneMatch(read -> read.contains("sas"));
        }
    }

    private static void assertEndsWell(Run run) {
        assertThat(run.state()).as(run.message()).isEqualTo("Succeeded");
    }

    /** The pipelines of the demo, opened by their identity. */
    private static Map<String, String> byIdentity(Map<String, String> settings) {
        try {
            JsonNode pipelines = new ObjectMapper().readTree(settings.get(PIPELINES));
            for (String container : List.of("/0/properties/target", "/0/properties/relay", "/1/properties/source")) {
                ObjectNode json = (ObjectNode) pipelines.at(container);
                json.remove("keyVaultUri");
                json.put("storageAccessMode", "ManagedIdentity");
            }
            ObjectNode identity = ((ObjectNode) pipelines.at("/1/identity")).put("type", "UserAssigned");
            identity.putObject("userAssignedIdentities")
                    .putObject(
                            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/transfer")
                    .put("clientId", USER);
            settings.put(PIPELINES, pipelines.toString());
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
