package io.transship.local;

import io.transship.local.NetworkLine.Direction;
import io.transship.local.artifacts.SampleArtifacts;
import io.transship.local.artifacts.SeededArtifact;
import io.transship.local.demo.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A picture of the dashboard for those who read the README: the packaged app in a local cloud with runs of every kind, one of
 * which has stopped in the middle for the photographer. {@code ./dev screenshot} starts it.
 */
public final class DashboardPicture {

    private static final Path TARGET = Path.of("target", "dashboard");
    private static final int LAYERS = 16;
    private static final int LAYER_BYTES = 384 << 10;

    private DashboardPicture() {}

    /** Ends with code 1 when the picture could not be taken. */
    public static void main(String[] arguments) throws IOException {
        Screen screen = new Screen(System.out, Screen.Kind.FILE);
        Path directory = Files.createTempDirectory("transship-picture");
        int code = 0;
        try {
            take(directory);
            screen.line("  " + TARGET.resolve("readme.png"));
        } catch (IOException | RuntimeException e) {
            screen.line("  failed: " + e.getMessage());
            code = 1;
        }
        delete(directory);
        // Exit and not return: it also ends threads that a library may have left behind.
        System.exit(code);
    }

    private static void take(Path directory) throws IOException {
        try (CloudLines lines = new CloudLines();
                TestedApp app = TestedApp.start(
                        directory,
                        new MorePipelines()
                                .exporting("source", "weekly", "OverwriteBlobs")
                                .importing("target", "arriving", "OverwriteTags"),
                        options -> options.withSetting("TRANSSHIP_BLOCK_BYTES", Integer.toString(64 << 10))
                                .withSetting("TRANSSHIP_SLICE_BYTES", Integer.toString(512 << 10))
                                .withSettings(lines::addTo))) {
            SampleArtifacts.fill(app.source(), directory, new SampleArtifacts.Options(8L << 20, 1));
            byte[] archive =
                    app.archiveOf("weekly", "release-41.tar", "shop/web:1.4.0", "shop/api:2.0.1", "charts/shop:1.4.0");
            app.assertSucceeded(app.importOf("arriving", "release-41.tar", archive));
            app.assertFailed(app.export("weekly", "hotfix-7.tar", "shop/web:1.4.1"), "MANIFEST_UNKNOWN");
            SeededArtifact.push(app.source(), "data/model:2026-02", LAYERS, LAYER_BYTES, 7);
            lines.sourceStore().dieAfter(Direction.TO_SERVER, (long) LAYERS * LAYER_BYTES * 3 / 4);
            app.awaitRun(
                    app.client().export("weekly", List.of("data/model:2026-02"), "release-42.tar"),
                    run -> run.progress().slicesDone() > 0
                            && lines.sourceStore().isDead(Direction.TO_SERVER));

            BrowserScript.run(
                    "readme.mjs",
                    directory,
                    Map.of("KEY", app.cloud().functionKey()),
                    app.cloud().app().toString(),
                    TARGET.toAbsolutePath().toString());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
