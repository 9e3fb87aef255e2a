package io.transship.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a user would pick instead of Transship. */
public final class Peers {

    /** All that are known. */
    public static final List<String> NAMES = List.of("skopeo", "crane", "oras");

    private Peers() {}

    /** Those of {@link #NAMES} that are on the PATH. */
    public static List<String> installed() {
        return NAMES.stream().filter(name -> Program.find(name).isPresent()).toList();
    }

    /**
     * Readies peers for work.
     *
     * @param names of {@link #NAMES}
     * @param directory an existing one for their files
     * @throws IOException if a program is missing; the message names it
     */
    public static List<Contender> ready(Set<String> names, Path directory, Endpoints endpoints) throws IOException {
        List<Contender> peers = new ArrayList<>();
        for (String name : names) {
            if (Program.find(name).isEmpty()) {
                throw new IOException(
                        "'%s' is not on the PATH: install it, or leave it out with --peers".formatted(name));
            }
            Optional<AzCopy> azCopy = AzCopy.find();
            if (azCopy.isEmpty()) {
                throw new IOException(
                        "AzCopy is missing: ./dev bench installs it into .local/azcopy with npm (@azure-tools/azcopy-linux)");
            }
            Workplace place = new Workplace(directory, name);
            peers.add(
                    switch (name) {
                        case "skopeo" -> new SkopeoPeer(place, azCopy.get(), endpoints);
                        case "crane" -> new CranePeer(place, azCopy.get(), endpoints);
                        case "oras" -> new OrasPeer(place, azCopy.get(), endpoints);
                        default -> throw new IllegalArgumentException("no peer '%s'".formatted(name));
                    });
        }
        return peers;
    }
}
