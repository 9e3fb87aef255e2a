package io.transship.bench.peer;

import io.transship.bench.data.DataSet;
import io.transship.bench.machine.Stage;
import io.transship.local.artifacts.SampleArtifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * skopeo and AzCopy. An {@code oci-archive} holds one image and cannot be added to, so many go by one layout and tar.
 *
 * @see <a href="https://github.com/containers/skopeo/blob/main/docs/skopeo-copy.1.md">skopeo copy</a>
 */
final class SkopeoPeer implements Contender {

    private static final String ARCHIVE = "set.tar";
    private static final String LAYOUT = "layout";

    private final Workplace place;
    private final AzCopy azCopy;
    private final Endpoints endpoints;

    SkopeoPeer(Workplace place, AzCopy azCopy, Endpoints endpoints) {
        this.place = place;
        this.azCopy = azCopy;
        this.endpoints = endpoints;
    }

    @Override
    public String name() {
        return "skopeo";
    }

    @Override
    public String version() throws IOException {
        return "%s, %s".formatted(Program.firstLine("skopeo", "--version"), azCopy.version());
    }

    @Override
    public List<Stage> export(DataSet set) throws IOException {
        place.clear();
        List<Stage> stages = new ArrayList<>();
        stages.add(place.run(
                "skopeo",
                set.artifacts().stream()
                        .map(artifact -> copy(docker(endpoints.sourceServer(), artifact), local(set, artifact)))
                        .toList()));
        if (set.artifacts().size() > 1) {
            stages.add(place.pack(LAYOUT, ARCHIVE));
            place.remove(LAYOUT);
        }
        stages.add(azCopy.upload(place, set.name(), endpoints));
        place.clear();
        return stages;
    }

    @Override
    public List<Stage> importInto(DataSet set) throws IOException {
        place.clear();
        List<Stage> stages = new ArrayList<>();
        stages.add(azCopy.download(place, set.name(), 1, endpoints));
        if (set.artifacts().size() > 1) {
            stages.add(place.unpack(ARCHIVE, LAYOUT));
        }
        stages.add(place.run(
                "skopeo",
                set.artifacts().stream()
                        .map(artifact -> copy(local(set, artifact), docker(endpoints.targetServer(), artifact)))
                        .toList()));
        place.clear();
        return stages;
    }

    private String local(DataSet set, SampleArtifact artifact) {
        return set.artifacts().size() == 1
                ? "oci-archive:%s:%s".formatted(place.path(ARCHIVE), artifact.tag())
                : "oci:%s:%s".formatted(place.path(LAYOUT), artifact.reference());
    }

    private static String docker(String server, SampleArtifact artifact) {
        return "docker://%s/%s".formatted(server, artifact.reference());
    }

    private static List<String> copy(String from, String to) {
        List<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy", "--quiet", "--all"));
        command.addAll(List.of("--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false", from, to));
        return command;
    }
}
