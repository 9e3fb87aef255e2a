package io.transship.bench;

import io.transship.bench.data.DataSet;
import io.transship.bench.machine.Stage;
import io.transship.bench.peer.Contender;
import io.transship.bench.peer.Transship;
import io.transship.bench.report.Leg;
import io.transship.bench.report.Measurement;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Lets contenders move a set in turn, round by round, each into a fresh container and a fresh registry. The order turns round
 * with each round; the first round warms up and does not count. For one thread.
 */
final class Rounds {

    private final Stand stand;
    private final List<Contender> contenders;
    private final int rounds;
    private final PrintStream log;
    private final List<Measurement> measurements = new ArrayList<>();
    private final Set<String> problems = new LinkedHashSet<>();

    Rounds(Stand stand, List<Contender> contenders, int rounds, PrintStream log) {
        this.stand = stand;
        this.contenders = List.copyOf(contenders);
        this.rounds = rounds;
        this.log = log;
    }

    /** Measures one set. Who fails is left out of the rest of it. */
    void measure(DataSet set) {
        List<Contender> left = new ArrayList<>(contenders);
        for (int round = 0; round <= rounds; round++) {
            for (Contender contender : List.copyOf(round % 2 == 0 ? left : left.reversed())) {
                try {
                    measure(set, contender, round);
                } catch (IOException e) {
                    left.remove(contender);
                    problem("%s with set %s: %s".formatted(contender.name(), set.name(), e.getMessage()));
                }
            }
        }
    }

    List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    /** What went wrong, one sentence each. */
    Set<String> problems() {
        return Set.copyOf(problems);
    }

    private void measure(DataSet set, Contender contender, int round) throws IOException {
        stand.freshContainer();
        record(set, Leg.EXPORT, contender, round, contender.export(set));
        if (!contender.canImport(set)) {
            return;
        }
        stand.freshTarget();
        record(set, Leg.IMPORT, contender, round, contender.importInto(set));
        List<String> differences = stand.differences(set);
        if (!differences.isEmpty()) {
            problem("%s with set %s: %d differences at the target, the first: %s"
                    .formatted(contender.name(), set.name(), differences.size(), differences.getFirst()));
        }
        if (contender.name().equals(Transship.NAME)) {
            record(set, Leg.SECOND_EXPORT, contender, round, contender.export(set));
            record(set, Leg.SECOND_IMPORT, contender, round, contender.importInto(set));
        }
    }

    private void record(DataSet set, Leg leg, Contender contender, int round, List<Stage> stages) {
        double wall = stages.stream().mapToDouble(Stage::wall).sum();
        log.printf(
                Locale.ROOT,
                "%s %-13s %-10s %-8s %7.2f s %s%n",
                set.name(),
                leg.title(),
                contender.name(),
                round == 0 ? "warm-up" : "round " + round,
                wall,
                stages);
        if (round > 0) {
            measurements.add(new Measurement(set.name(), leg, contender.name(), round, stages));
        }
    }

    private void problem(String text) {
        if (problems.add(text)) {
            log.println("PROBLEM " + text);
        }
    }
}
