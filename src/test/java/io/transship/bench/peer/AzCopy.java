package io.transship.bench.peer;

import io.transship.bench.machine.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Microsoft's AzCopy, which a user runs before and after a tool that knows registries only.
 *
 * @see <a href="https://learn.microsoft.com/azure/storage/common/storage-ref-azcopy-copy">azcopy copy</a>
 */
final class AzCopy {

    static final String STAGE = "azcopy";

    private static final String IN_PACKAGE = "@azure-tools/azcopy-linux/dist/bin";

    private final String program;

    private AzCopy(String program) {
        this.program = program;
    }

    /** The one on the PATH, or that of the npm package in {@code .local/azcopy}; empty if there is none. */
    static Optional<AzCopy> find() throws IOException {
        Optional<Path> onPath = Program.find("azcopy");
        if (onPath.isPresent()) {
            return onPath.map(Path::toString).map(AzCopy::new);
        }
        List<Path> modules = new ArrayList<>(List.of(Path.of(".local", "azcopy", "node_modules")));
        Optional.ofNullable(System.getenv("TRANSSHIP_TOOLS")).ifPresent(tools -> {
            modules.add(Path.of(tools, "node_modules"));
            modules.add(Path.of(tools, "azcopy", "node_modules"));
        });
        for (Path module : modules) {
            Path folder = module.resolve(IN_PACKAGE);
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    Optional<Path> found = files.filter(Files::isExecutable).findFirst();
                    if (found.isPresent()) {
                        return found.map(Path::toAbsolutePath)
                                .map(Path::toString)
                                .map(AzCopy::new);
                    }
                }
            }
        }
        return Optional.empty();
    }

    String version() throws IOException {
        return Program.firstLine(program, "--version").replaceFirst("^azcopy version", "AzCopy");
    }

    /** Uploads all files of a workplace: one under the name of the set, several into a folder of that name. */
    Stage upload(Workplace place, String set, Endpoints endpoints) throws IOException {
        List<String> files = place.files();
        return files.size() == 1
                ? copy(place, place.path(files.getFirst()).toString(), endpoints.blob(set + ".tar"), "LocalBlob")
                : copy(place, place.path("*").toString(), endpoints.blob(set + "/"), "LocalBlob");
    }

    /** Downloads what {@link #upload} left behind into a workplace that is empty. */
    Stage download(Workplace place, String set, int files, Endpoints endpoints) throws IOException {
        return files == 1
                ? copy(
                        place,
                        endpoints.blob(set + ".tar"),
                        place.path("set.tar").toString(),
                        "BlobLocal")
                : copy(place, endpoints.blob(set + "/*"), place.path("").toString(), "BlobLocal", "--recursive");
    }

    private Stage copy(Workplace place, String from, String to, String direction, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(program, "copy", from, to, "--from-to=" + direction));
        command.addAll(List.of("--skip-version-check", "--log-level=ERROR", "--overwrite=true"));
        command.addAll(List.of(more));
        return place.run(STAGE, List.of(command));
    }
}
