package io.transship.bench.report;

import io.transship.bench.machine.Stage;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One leg in one round.
 *
 * @param contender who moved the set
 * @param round from 1; the round to warm up is none
 * @param stages one after the other
 */
public record Measurement(String set, Leg leg, String contender, int round, List<Stage> stages) {

    /** Processor time of others, as a part of the wall time, from which on a round is called noisy. */
    static final double NOISE = 0.1;

    private static final double MIB = 1 << 20;

    public Measurement {
        stages = List.copyOf(stages);
    }

    /** Seconds that a user waits. */
    double wall() {
        return sum(Stage::wall);
    }

    /** Seconds of the stages of this name. */
    double wallOf(String stage) {
        return stages.stream()
                .filter(one -> one.name().equals(stage))
                .mapToDouble(Stage::wall)
                .sum();
    }

    double cpu() {
        return sum(Stage::cpu);
    }

    double peakMebibytes() {
        return stages.stream().mapToDouble(Stage::peakMemory).max().orElse(0) / MIB;
    }

    double writtenMebibytes() {
        return sum(Stage::written) / MIB;
    }

    double otherCpu() {
        return sum(Stage::otherCpu);
    }

    boolean isNoisy() {
        return otherCpu() > NOISE * wall();
    }

    private double sum(ToDoubleFunction<Stage> value) {
        return stages.stream().mapToDouble(value).sum();
    }
}
