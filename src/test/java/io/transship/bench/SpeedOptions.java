package io.transship.bench;

import io.transship.bench.data.DataSets;
import io.transship.bench.peer.Peers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure.
 *
 * @param sets names of data sets
 * @param scale of the sets
 * @param rounds that count
 * @param latency that each way there and back takes to the registries and to Blob Storage
 * @param blob what stands in for Blob Storage
 * @param store where it keeps its bytes
 * @param peers whom to compare with; none if only Transship is wanted
 * @param floor whether the floor program runs too
 * @param leg what to profile
 */
record SpeedOptions(
        Set<String> sets,
        double scale,
        int rounds,
        Duration latency,
        Blob blob,
        Store store,
        Set<String> peers,
        boolean floor,
        ProfiledLeg leg) {

    /** Those with a value. {@code ./dev bench help} says what each is. */
    private static final Set<String> KNOWN =
            Set.of("--sets", "--scale", "--rounds", "--latency", "--blob", "--store", "--peers", "--leg");

    /** What stands in for Blob Storage. */
    enum Blob {
        SINK,
        AZURITE
    }

    /** Where the sink keeps its bytes. */
    enum Store {
        MEMORY,
        DISK
    }

    /** What to profile. */
    enum ProfiledLeg {
        EXPORT,
        IMPORT
    }

    SpeedOptions {
        sets = new LinkedHashSet<>(sets);
        peers = new LinkedHashSet<>(peers);
    }

    /**
     * Reads a command line.
     *
     * @param installed peers that are there
     * @throws IllegalArgumentException that says which option is wrong and what it may be
     */
    static SpeedOptions parse(List<String> arguments, List<String> installed) {
        SpeedOptions options = new SpeedOptions(
                DataSets.ALL.keySet(),
                1,
                5,
                Duration.ZERO,
                Blob.SINK,
                Store.MEMORY,
                new LinkedHashSet<>(installed),
                false,
                ProfiledLeg.EXPORT);
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String name = rest.next();
            if (name.equals("--floor")) {
                options = options.withFloor();
            } else if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("'%s' is not an option; see ./dev bench help".formatted(name));
            } else if (!rest.hasNext()) {
                throw new IllegalArgumentException("option '%s' needs a value".formatted(name));
            } else {
                options = options.with(name, rest.next());
            }
        }
        return options;
    }

    private SpeedOptions withFloor() {
        return new SpeedOptions(sets, scale, rounds, latency, blob, store, peers, true, leg);
    }

    private SpeedOptions with(String name, String value) {
        return new SpeedOptions(
                name.equals("--sets") ? listed(name, value, DataSets.ALL.keySet()) : sets,
                name.equals("--scale") ? positive(name, value) : scale,
                name.equals("--rounds") ? count(name, value, 1) : rounds,
                name.equals("--latency") ? Duration.ofMillis(count(name, value, 0)) : latency,
                name.equals("--blob") ? choice(name, value, Blob.values()) : blob,
                name.equals("--store") ? choice(name, value, Store.values()) : store,
                name.equals("--peers") ? peers(name, value) : peers,
                floor,
                name.equals("--leg") ? choice(name, value, ProfiledLeg.values()) : leg);
    }

    private static Set<String> peers(String name, String value) {
        return value.equals("none") ? Set.of() : listed(name, value, Peers.NAMES);
    }

    private static Set<String> listed(String name, String value, Collection<String> known) {
        Set<String> values = new LinkedHashSet<>(List.of(value.split(",", -1)));
        if (!known.containsAll(values)) {
            throw wrong(name, value, "a list of " + String.join(",", known));
        }
        return values;
    }

    private static <T extends Enum<T>> T choice(String name, String value, T[] choices) {
        Optional<T> found = Arrays.stream(choices)
                .filter(choice -> choice.name().equalsIgnoreCase(value))
                .findFirst();
        return found.orElseThrow(() -> wrong(
                name,
                value,
                String.join(
                        " or ",
                        Arrays.stream(choices)
                                .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                                .toList())));
    }

    private static int count(String name, String value, int least) {
        try {
            int count = Integer.parseInt(value);
            if (count >= least) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message.
        }
        throw wrong(name, value, "a whole number of at least " + least);
    }

    private static double positive(String name, String value) {
        try {
            double number = Double.parseDouble(value);
            if (number > 0 && number <= 100) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message.
        }
        throw wrong(name, value, "a number above 0 and at most 100");
    }

    private static IllegalArgumentException wrong(String name, String value, String expected) {
        return new IllegalArgumentException("option '%s' is '%s': expected %s".formatted(name, value, expected));
    }
}
