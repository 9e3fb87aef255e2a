package io.transship.bench.report;

import java.util.List;

/** Of some numbers the one in the middle, the least and the most. */
record Spread(double median, double min, double max) {

    /** Of at least one number; of an even count the median is the mean of the two in the middle. */
    static Spread of(List<Double> numbers) {
        List<Double> sorted = numbers.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }
}
