package io.transship.bench.report;

import io.transship.bench.peer.Floor;
import io.transship.bench.peer.Transship;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What was measured in one comparison, and what follows from it. */
public final class SpeedResults {

    private final List<Measurement> measurements;

    public SpeedResults(List<Measurement> measurements) {
        this.measurements = List.copyOf(measurements);
    }

    List<Measurement> all() {
        return measurements;
    }

    /** Sets that were measured, in the order of the measurements. */
    List<String> sets() {
        return measurements.stream().map(Measurement::set).distinct().toList();
    }

    /** Those who have figures for a leg, Transship first, then by their median. */
    List<String> contenders(String set, Leg leg) {
        return measurements.stream()
                .filter(one -> one.set().equals(set) && one.leg() == leg)
                .map(Measurement::contender)
                .distinct()
                .sorted(Comparator.comparingInt((String name) -> name.equals(Transship.NAME) ? 0 : 1)
                        .thenComparingDouble(name -> median(set, leg, name, Measurement::wall)))
                .toList();
    }

    List<Measurement> of(String set, Leg leg, String contender) {
        return measurements.stream()
                .filter(one -> one.set().equals(set)
                        && one.leg() == leg
                        && one.contender().equals(contender))
                .toList();
    }

    Spread spread(String set, Leg leg, String contender, ToDoubleFunction<Measurement> value) {
        return Spread.of(of(set, leg, contender).stream()
                .map(one -> value.applyAsDouble(one))
                .toList());
    }

    double median(String set, Leg leg, String contender, ToDoubleFunction<Measurement> value) {
        return spread(set, leg, contender, value).median();
    }

    /** The peer that a user would wait for least; the floor is not one that a user could pick. */
    Optional<String> bestPeer(String set, Leg leg) {
        return contenders(set, leg).stream()
                .filter(name -> !name.equals(Transship.NAME) && !name.equals(Floor.NAME))
                .findFirst();
    }

    /** Transship's figure as a part of another's: the ratio of each round, and of these the one in the middle. */
    Optional<Double> ratio(String set, Leg leg, String other, ToDoubleFunction<Measurement> value) {
        return ratio(of(set, leg, Transship.NAME), of(set, leg, other), value);
    }

    /** The same of one of Transship's legs to another one. */
    Optional<Double> legRatio(String set, Leg leg, Leg to) {
        return ratio(of(set, leg, Transship.NAME), of(set, to, Transship.NAME), Measurement::wall);
    }

    private static Optional<Double> ratio(
            List<Measurement> ours, List<Measurement> others, ToDoubleFunction<Measurement> value) {
        Map<Integer, Double> byRound = new HashMap<>();
        others.forEach(one -> byRound.put(one.round(), value.applyAsDouble(one)));
        List<Double> ratios = new ArrayList<>();
        for (Measurement one : ours) {
            Double other = byRound.get(one.round());
            if (other != null && other > 0) {
                ratios.add(value.applyAsDouble(one) / other);
            }
        }
        return ratios.isEmpty()
                ? Optional.empty()
                : Optional.of(Spread.of(ratios).median());
    }
}
