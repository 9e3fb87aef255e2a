package io.transship.local.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.local.RegistryServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleArtifactsTest {

    private static final SampleArtifacts.Options SMALL = new SampleArtifacts.Options(2 << 20, 7);

    @TempDir
    private Path directory;

    private RegistryServer registry;
    private DistributionClient client;

    @BeforeEach
    void startRegistry() throws IOException {
        registry = RegistryServer.start(RegistryServer.Options.in(Files.createDirectory(directory.resolve("source")))
                .withLogin("demo", "secret"));
        client = new DistributionClient(registry.uri(), "demo", "secret");
    }

    @AfterEach
    void stopRegistry() {
        client.close();
        registry.close();
    }

    @Test
    void fillsARegistryWithArtifactsThatOtherToolsAccept() throws Exception {
        List<SampleArtifact> artifacts = SampleArtifacts.fill(client, directory, SMALL);

        assertThat(artifacts).hasSize(8);
        for (SampleArtifact artifact : artifacts) {
            Path copy = directory.resolve("copy-" + artifact.reference().replaceAll("\\W", "-"));
            assertThat(skopeo(
                            "copy",
                            "--all",
                            "--preserve-digests",
                            "--src-tls-verify=false",
                            "--src-creds=demo:secret",
                            "docker://" + registry.loginServer() + "/" + artifact.reference(),
                            "dir:" + copy))
                    .isEmpty();
            assertThat(Sha256.of(Files.readAllBytes(copy.resolve("manifest.json"))))
                    .isEqualTo(artifact.digest());
        }
    }

    @Test
    void givesTheSameDigestsForTheSameSeed() throws Exception {
        List<SampleArtifact> first = SampleArtifacts.fill(client, directory, SMALL);

        assertThat(SampleArtifacts.fill(client, directory, SMALL)).isEqualTo(first);
        assertThat(SampleArtifacts.fill(client, directory, new SampleArtifacts.Options(2 << 20, 8)))
                .doesNotContainAnyElementsOf(first);
        try (var files = Files.list(directory)) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".tar.gz"));
        }
    }

    @Test
    void comparisonFindsNothingBetweenEqualRegistries() throws Exception {
        List<SampleArtifact> artifacts = SampleArtifacts.fill(client, directory, SMALL);

        RegistryComparison.Result result = RegistryComparison.compare(client, client, artifacts);

        assertThat(result.differences()).isEmpty();
        assertThat(result.uniqueBytes()).isBetween(2_000_000L, 2_200_000L);
        assertThat(result.summedBytes()).isGreaterThan(result.uniqueBytes());
    }

    @Test
    void comparisonNamesWhatIsMissingOrDifferent() throws Exception {
        List<SampleArtifact> artifacts = SampleArtifacts.fill(client, directory, SMALL);
        Path other = Files.createDirectory(directory.resolve("target"));
        try (RegistryServer target = RegistryServer.start(RegistryServer.Options.in(other));
                DistributionClient targetClient = new DistributionClient(target.uri(), "demo", "secret")) {
            assertThat(RegistryComparison.compare(client, targetClient, artifacts)
                            .differences())
                    .anyMatch(line -> line.startsWith("tag 'shop/web:1.4.0' is missing"))
                    .anyMatch(line -> line.startsWith("manifest 'data/model@"))
                    .anyMatch(line -> line.startsWith("blob 'charts/shop@"));

            SampleArtifacts.fill(targetClient, directory, new SampleArtifacts.Options(2 << 20, 8));
            assertThat(RegistryComparison.compare(client, targetClient, artifacts)
                            .differences())
                    .anyMatch(line -> line.startsWith("tag 'shop/web:1.4.0' points at sha256:"));
        }
    }

    /** What it prints to the error stream; empty on success. */
    private static String skopeo(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("skopeo"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : "skopeo failed: " + errors;
    }
}
