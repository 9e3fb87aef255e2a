package io.transship.bench.peer;

import io.transship.bench.data.DataSet;
import io.transship.bench.machine.Stage;
import io.transship.local.artifacts.SampleArtifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * crane and AzCopy: one process for many images, which keeps what they share once. It can push a layout that holds one.
 *
 * @see <a href="https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_pull.md">crane pull</a>
 */
final class CranePeer implements Contender {

    private static final String ARCHIVE = "set.tar";
    private static final String LAYOUT = "layout";

    private final Workplace place;
    private final AzCopy azCopy;
    private final Endpoints endpoints;

    CranePeer(Workplace place, AzCopy azCopy, Endpoints endpoints) {
        this.place = place;
        this.azCopy = azCopy;
        this.endpoints = endpoints;
    }

    @Override
    public String name() {
        return "crane";
    }

    @Override
    public String version() throws IOException {
        return "crane %s, %s".formatted(Program.firstLine("crane", "version"), azCopy.version());
    }

    @Override
    public boolean canImport(DataSet set) {
        return set.artifacts().size() == 1;
    }

    @Override
    public List<Stage> export(DataSet set) throws IOException {
        place.clear();
        List<String> pull = new ArrayList<>(List.of("crane", "pull", "--insecure", "--format=oci", "--annotate-ref"));
        for (SampleArtifact artifact : set.artifacts()) {
            pull.add(endpoints.sourceServer() + "/" + artifact.reference());
        }
        pull.add(place.path(LAYOUT).toString());
        List<Stage> stages = new ArrayList<>();
        stages.add(place.run("crane", List.of(pull)));
        stages.add(place.pack(LAYOUT, ARCHIVE));
        place.remove(LAYOUT);
        stages.add(azCopy.upload(place, set.name(), endpoints));
        place.clear();
        return stages;
    }

    @Override
    public List<Stage> importInto(DataSet set) throws IOException {
        place.clear();
        String target =
                endpoints.targetServer() + "/" + set.artifacts().getFirst().reference();
        List<Stage> stages = List.of(
                azCopy.download(place, set.name(), 1, endpoints),
                place.unpack(ARCHIVE, LAYOUT),
                place.run(
                        "crane",
                        List.of(List.of(
                                "crane",
                                "push",
                                "--insecure",
                                place.path(LAYOUT).toString(),
                                target))));
        place.clear();
        return stages;
    }
}
