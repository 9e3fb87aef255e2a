package io.transship.bench.report;

import io.transship.bench.peer.Transship;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Prints results as Markdown. */
public final class SpeedTables {

    private static final String AZCOPY = "azcopy";

    private final SpeedResults results;
    private final PrintStream out;

    public SpeedTables(SpeedResults results, PrintStream out) {
        this.results = results;
        this.out = out;
    }

    /** All figures, then what must hold. */
    public void print() {
        out.println("| set | leg | who | wall s | min | max | of it AzCopy | CPU s | peak RSS MiB | written MiB"
                + " | noisy rounds | Transship to this: wall | CPU |");
        out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (String set : results.sets()) {
            for (Leg leg : Leg.values()) {
                results.contenders(set, leg).forEach(who -> printRow(set, leg, who));
            }
        }
        out.println();
        out.println("| must hold | at most | measured | met |");
        out.println("| --- | --- | --- | --- |");
        results.sets().forEach(set -> Bar.of(set, results).forEach(out::println));
        out.println();
    }

    private void printRow(String set, Leg leg, String who) {
        Spread wall = results.spread(set, leg, who, Measurement::wall);
        List<Measurement> rounds = results.of(set, leg, who);
        boolean other = !who.equals(Transship.NAME);
        out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %.2f | %.2f | %.2f | %s | %.2f | %.0f | %.1f | %d of %d | %s | %s |%n",
                set,
                leg.title(),
                who,
                wall.median(),
                wall.min(),
                wall.max(),
                seconds(results.median(set, leg, who, one -> one.wallOf(AZCOPY))),
                results.median(set, leg, who, Measurement::cpu),
                results.median(set, leg, who, Measurement::peakMebibytes),
                results.median(set, leg, who, Measurement::writtenMebibytes),
                rounds.stream().filter(Measurement::isNoisy).count(),
                rounds.size(),
                other ? ratio(set, leg, who, Measurement::wall) : "",
                other ? ratio(set, leg, who, Measurement::cpu) : "");
    }

    private String ratio(String set, Leg leg, String who, ToDoubleFunction<Measurement> value) {
        Optional<Double> ratio = results.ratio(set, leg, who, value);
        return ratio.map(number -> String.format(Locale.ROOT, "%.2f", number)).orElse("");
    }

    private static String seconds(double seconds) {
        return seconds == 0 ? "" : String.format(Locale.ROOT, "%.2f", seconds);
    }
}
