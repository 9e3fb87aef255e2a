package io.transship.bench.peer;

import io.transship.bench.data.DataSet;
import io.transship.bench.machine.Stage;
import io.transship.local.artifacts.SampleArtifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * oras and AzCopy: one tar for each repository. Its {@code restore} writes the list of referrers anew, with another digest.
 *
 * @see <a href="https://oras.land/docs/commands/oras_backup">oras backup</a>
 */
final class OrasPeer implements Contender {

    private final Workplace place;
    private final AzCopy azCopy;
    private final Endpoints endpoints;

    OrasPeer(Workplace place, AzCopy azCopy, Endpoints endpoints) {
        this.place = place;
        this.azCopy = azCopy;
        this.endpoints = endpoints;
    }

    @Override
    public String name() {
        return "oras";
    }

    @Override
    public String version() throws IOException {
        return "oras %s, %s".formatted(Program.firstLine("oras", "version"), azCopy.version());
    }

    @Override
    public List<Stage> export(DataSet set) throws IOException {
        place.clear();
        List<List<String>> commands = new ArrayList<>();
        tags(set)
                .forEach((repository, tags) -> commands.add(List.of(
                        "oras",
                        "backup",
                        "--plain-http",
                        "--no-tty",
                        "--include-referrers",
                        "--output",
                        archive(set, commands.size()),
                        "%s/%s:%s".formatted(endpoints.sourceServer(), repository, tags))));
        Stage tool = place.run("oras", commands);
        Stage upload = azCopy.upload(place, set.name(), endpoints);
        place.clear();
        return List.of(tool, upload);
    }

    @Override
    public List<Stage> importInto(DataSet set) throws IOException {
        place.clear();
        Stage download = azCopy.download(place, set.name(), tags(set).size(), endpoints);
        List<List<String>> commands = new ArrayList<>();
        tags(set)
                .forEach((repository, tags) -> commands.add(List.of(
                        "oras",
                        "restore",
                        "--plain-http",
                        "--no-tty",
                        "--input",
                        archive(set, commands.size()),
                        "%s/%s:%s".formatted(endpoints.targetServer(), repository, tags))));
        Stage tool = place.run("oras", commands);
        place.clear();
        return List.of(download, tool);
    }

    private String archive(DataSet set, int number) {
        return place.path(tags(set).size() == 1 ? "set.tar" : "set-%03d.tar".formatted(number))
                .toString();
    }

    /** Tags by repository, with commas; the tag that keeps referrers comes along by itself. */
    private static Map<String, String> tags(DataSet set) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (SampleArtifact artifact : set.artifacts()) {
            if (!artifact.tag().startsWith("sha256-")) {
                tags.merge(artifact.repository(), artifact.tag(), (one, more) -> one + "," + more);
            }
        }
        return tags;
    }
}
