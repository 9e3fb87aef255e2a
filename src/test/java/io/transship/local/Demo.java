package io.transship.local;

import io.transship.local.artifacts.DistributionClient;
import io.transship.local.artifacts.RegistryComparison;
import io.transship.local.artifacts.SampleArtifact;
import io.transship.local.artifacts.SampleArtifacts;
import io.transship.local.demo.Run;
import io.transship.local.demo.RunFollower;
import io.transship.local.demo.Screen;
import io.transship.local.demo.TransshipClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The main job from one end to the other in the local cloud: a registry is filled, exported, relayed and imported, and the
 * copy is compared with the original. Prints what it does; {@code ./dev demo} and {@code ./dev up} start it.
 */
public final class Demo {

    private static final Path STAGING = Path.of("target", "azure-functions", "transship");
    private static final Path DIRECTORY = Path.of(".local", "cloud");
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final LocalCloud cloud;
    private final Screen screen;

    private Demo(LocalCloud cloud, Screen screen) {
        this.cloud = cloud;
        this.screen = screen;
    }

    /**
     * Ends with code 1 when a run failed or the copy differs.
     *
     * @param arguments {@code demo} or {@code up}, {@code --keep} to leave everything running, {@code --terminal} to draw
     *     progress in place
     */
    public static void main(String[] arguments) throws Exception {
        Set<String> words = Set.of(arguments);
        Screen screen = new Screen(System.out, words.contains("--terminal") ? Screen.Kind.TERMINAL : Screen.Kind.FILE);
        // Exit and not return: it also ends threads that a library may have left behind.
        System.exit(start(words, screen));
    }

    private static int start(Set<String> words, Screen screen) throws InterruptedException {
        try {
            delete(DIRECTORY);
            Files.createDirectories(DIRECTORY);
            long begun = System.nanoTime();
            LocalCloud.Options options = LocalCloud.Options.of(DIRECTORY.toAbsolutePath(), STAGING.toAbsolutePath());
            int code;
            try (LocalCloud cloud = LocalCloud.start(options);
                    Interruption interruption = Interruption.stops(cloud)) {
                screen.line("  local cloud is up after %s: two registries, storage, vault, identity, events, host"
                        .formatted(Screen.seconds(since(begun))));
                code = run(words, interruption.cloud(), screen);
            }
            if (code == 0) {
                delete(DIRECTORY);
            }
            return code;
        } catch (IOException | RuntimeException e) {
            screen.line("  failed: " + e.getMessage());
            screen.line("  logs are in " + DIRECTORY);
            return 1;
        }
    }

    private static int run(Set<String> words, LocalCloud cloud, Screen screen)
            throws IOException, InterruptedException {
        int code = words.contains("up") ? 0 : new Demo(cloud, screen).transfer();
        if (words.contains("up") || words.contains("--keep")) {
            new Signpost(cloud).print(screen);
            new CountDownLatch(1).await();
        }
        return code;
    }

    private int transfer() throws IOException {
        try (DistributionClient source = cloud.registryClient("source");
                DistributionClient target = cloud.registryClient("target");
                TransshipClient client = new TransshipClient(cloud.host().uri(), cloud.functionKey())) {
            long begun = System.nanoTime();
            List<SampleArtifact> artifacts =
                    SampleArtifacts.fill(source, DIRECTORY, SampleArtifacts.Options.standard());
            screen.line("  source registry has %d artifacts after %s"
                    .formatted(artifacts.size(), Screen.seconds(since(begun))));
            return transfer(artifacts, client, source, target);
        }
    }

    private int transfer(
            List<SampleArtifact> artifacts,
            TransshipClient client,
            DistributionClient source,
            DistributionClient target)
            throws IOException {
        RunFollower follower = new RunFollower(client, screen, LIMIT);
        String blobName = "demo-%d.tar".formatted(System.currentTimeMillis());
        long begun = System.nanoTime();

        URI exporting = client.export(
                "exportdemo", artifacts.stream().map(SampleArtifact::reference).toList(), blobName);
        Run exported = follower.follow("export", exporting);
        if (!exported.isSuccess()) {
            return failed("export", exported);
        }
        Duration exportTime = since(begun);
        screen.line("  exported and relayed in %s: run '%s'".formatted(Screen.seconds(exportTime), exported.name()));
        if (exported.progress().bytesCopied() > 0) {
            screen.line("  %,d bytes of the relay went from storage to storage, past the app"
                    .formatted(exported.progress().bytesCopied()));
        }

        Run imported = follower.follow("import", follower.awaitRun(cloud.registryPath("target"), blobName));
        if (!imported.isSuccess()) {
            return failed("import", imported);
        }
        Duration total = since(begun);
        screen.line("  imported in %s: run '%s', started by the BlobCreated event"
                .formatted(Screen.seconds(total.minus(exportTime)), imported.name()));

        RegistryComparison.Result result = RegistryComparison.compare(source, target, artifacts);
        summarize(artifacts, result, total, blobName);
        return result.differences().isEmpty() ? 0 : 1;
    }

    private int failed(String what, Run run) {
        screen.line("  the %s failed: %s".formatted(what, run.message()));
        for (Run.ArtifactResult artifact : run.artifacts()) {
            if (!artifact.message().isEmpty()) {
                screen.line("    %s: %s".formatted(artifact.name(), artifact.message()));
            }
        }
        screen.line("  log of the host: " + cloud.host().log());
        return 1;
    }

    private void summarize(
            List<SampleArtifact> artifacts, RegistryComparison.Result result, Duration total, String blobName) {
        screen.line("");
        for (SampleArtifact artifact : artifacts) {
            screen.line("    %-28s %-24s %s"
                    .formatted(shortened(artifact.reference(), 28), artifact.kind(), shortened(artifact.digest(), 19)));
        }
        screen.line("");
        screen.line("  moved      %d artifacts, %d manifests and blobs, %s in %s from end to end (%s/s)"
                .formatted(
                        artifacts.size(),
                        result.contents(),
                        Screen.bytes(result.uniqueBytes()),
                        Screen.seconds(total),
                        Screen.bytes(result.uniqueBytes() * 1000 / Math.max(1, total.toMillis()))));
        screen.line("  saved      %s, because content that artifacts share travels once"
                .formatted(Screen.bytes(result.summedBytes() - result.uniqueBytes())));
        screen.line("  archive    dststore/transfer/%s, original in srcstore (--keep leaves them to look at)"
                .formatted(blobName));
        if (result.differences().isEmpty()) {
            screen.line("  checked    every tag, manifest and blob at the target equals the source");
            return;
        }
        screen.line("  DIFFERENT  %d differences between source and target:"
                .formatted(result.differences().size()));
        result.differences().forEach(difference -> screen.line("    " + difference));
    }

    private static String shortened(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 3) + "...";
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * Ctrl-C between its making and its closing: stops a cloud and deletes its data, and the threads that lose their
     * servers by that say nothing.
     */
    private record Interruption(LocalCloud cloud, Thread hook) implements AutoCloseable {

        static Interruption stops(LocalCloud cloud) {
            Thread hook = new Thread(() -> stop(cloud));
            Runtime.getRuntime().addShutdownHook(hook);
            return new Interruption(cloud, hook);
        }

        @Override
        public void close() {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM ends while the hook works, and what this thread would report is only its consequence.
                LockSupport.park(this);
            }
        }

        private static void stop(LocalCloud cloud) {
            cloud.close();
            try {
                delete(DIRECTORY);
            } catch (IOException e) {
                // A file that was still being written: the next start deletes it.
            }
        }
    }
}
