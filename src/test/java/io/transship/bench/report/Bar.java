package io.transship.bench.report;

import io.transship.bench.peer.Floor;
import io.transship.bench.peer.Transship;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Something that must hold.
 *
 * @param what it is about
 * @param limit that must not be passed
 * @param measured what was found; empty if it was not measured
 */
record Bar(String what, double limit, Optional<Double> measured) {

    private static final Map<String, Double> EXPORT = Map.of("A", 0.5, "B", 0.7, "C", 0.5, "D", 0.6, "E", 0.5);
    private static final Map<String, Double> IMPORT = Map.of("A", 0.6, "B", 0.75, "C", 0.35, "D", 0.65, "E", 0.6);
    private static final double CPU = 0.8;
    private static final double FLOOR = 1.3;
    private static final double SECOND = 0.1;
    private static final double MEBIBYTES = 384;
    /** The host writes a log. */
    private static final double WRITTEN_MEBIBYTES = 1;

    boolean isMet() {
        return measured.isPresent() && measured.get() <= limit;
    }

    /** Everything that must hold for one set. */
    static List<Bar> of(String set, SpeedResults results) {
        List<Bar> bars = new ArrayList<>();
        againstPeer(bars, set, Leg.EXPORT, EXPORT, results);
        Optional<String> best = results.bestPeer(set, Leg.EXPORT);
        bars.add(new Bar(
                "%s export: CPU to the best peer".formatted(set),
                CPU,
                best.flatMap(peer -> results.ratio(set, Leg.EXPORT, peer, Measurement::cpu))));
        bars.add(new Bar(
                "%s export: MiB written to disk (the host's log)".formatted(set),
                WRITTEN_MEBIBYTES,
                ours(results, set, Leg.EXPORT)
                        .map(leg -> results.median(set, leg, Transship.NAME, Measurement::writtenMebibytes))));
        againstPeer(bars, set, Leg.IMPORT, IMPORT, results);
        for (Leg leg : List.of(Leg.EXPORT, Leg.IMPORT)) {
            bars.add(new Bar(
                    "%s %s: wall to the floor".formatted(set, leg.title()),
                    FLOOR,
                    results.ratio(set, leg, Floor.NAME, Measurement::wall)));
        }
        bars.add(new Bar(
                "%s second export: wall to the first".formatted(set),
                SECOND,
                results.legRatio(set, Leg.SECOND_EXPORT, Leg.EXPORT)));
        bars.add(new Bar(
                "%s second import: wall to the first".formatted(set),
                SECOND,
                results.legRatio(set, Leg.SECOND_IMPORT, Leg.IMPORT)));
        for (Leg leg : List.of(Leg.EXPORT, Leg.IMPORT)) {
            bars.add(new Bar(
                    "%s %s: peak RSS in MiB, of any round".formatted(set, leg.title()),
                    MEBIBYTES,
                    ours(results, set, leg)
                            .map(one -> results.spread(set, one, Transship.NAME, Measurement::peakMebibytes)
                                    .max())));
        }
        return bars;
    }

    private static void againstPeer(
            List<Bar> bars, String set, Leg leg, Map<String, Double> limits, SpeedResults results) {
        Optional<String> best = results.bestPeer(set, leg);
        bars.add(new Bar(
                "%s %s: wall to the best peer%s"
                        .formatted(
                                set,
                                leg.title(),
                                best.map(name -> " (" + name + ")").orElse("")),
                limits.getOrDefault(set, 1.0),
                best.flatMap(peer -> results.ratio(set, leg, peer, Measurement::wall))));
    }

    private static Optional<Leg> ours(SpeedResults results, String set, Leg leg) {
        return results.of(set, leg, Transship.NAME).isEmpty() ? Optional.empty() : Optional.of(leg);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s |",
                what,
                number(limit),
                measured.map(Bar::number).orElse("-"),
                measured.isEmpty() ? "not measured" : isMet() ? "yes" : "**no**");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 10 ? "%.0f" : "%.2f", value);
    }
}
