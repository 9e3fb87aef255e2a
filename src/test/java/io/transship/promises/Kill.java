package io.transship.promises;

import io.transship.local.demo.Run;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Which host is killed, and when. The same seed gives the same.
 *
 * @param host its number among the hosts, from 0
 * @param moment when, in words
 * @param hasCome whether a run has come to that moment or is past it
 */
record Kill(int host, String moment, Predicate<Run> hasCome) {

    /** A moment of a run that is this one leg: mostly while it moves, else at its start or its seal. */
    static Kill on(String leg, int host, Random random) {
        double point = random.nextDouble();
        if (point < 0.15) {
            return new Kill(host, "when the %s begins".formatted(leg), run -> true);
        }
        if (point > 0.8) {
            return new Kill(
                    host,
                    "when the %s is sealed".formatted(leg),
                    run -> run.isFinished() || run.status().equals("Sealing"));
        }
        double fraction = random.nextDouble();
        return new Kill(
                host,
                String.format(Locale.ROOT, "at %.0f %% of the %s", fraction * 100, leg),
                run -> run.isFinished() || doneOf(run) >= fraction);
    }

    /** Zero until it is planned. */
    private static double doneOf(Run run) {
        long total = run.progress().bytesTotal();
        return total == 0 ? 0 : (double) run.progress().bytesDone() / total;
    }

    @Override
    public String toString() {
        return "host %d %s".formatted(host + 1, moment);
    }
}
