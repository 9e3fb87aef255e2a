package io.transship.core.pipeline.preflight;

import io.transship.core.pipeline.preflight.PreflightCheck.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Checks that build on each other: after one that failed, the rest is skipped and says why. For one thread at a time. */
final class Chain {

    private final Probes probes;
    private final List<PreflightCheck> checks = new ArrayList<>();
    private Optional<PreflightCheck> obstacle = Optional.empty();

    Chain(Probes probes) {
        this.probes = probes;
    }

    /** A chain that goes on where this one is, beside others that do so too. */
    Chain branch() {
        Chain branch = new Chain(probes);
        branch.obstacle = obstacle;
        return branch;
    }

    /** Makes all that follows depend on another chain. */
    void requires(Chain other) {
        obstacle = obstacle.or(() -> other.obstacle);
    }

    boolean isStuck() {
        return obstacle.isPresent();
    }

    Preflight.Limits limits() {
        return probes.limits();
    }

    /**
     * Checks a hop by asking it something.
     *
     * @param answered what an answer means
     * @param refused what a failure of the question means; a time-out is explained here
     * @return the answer, if there is one and it lets the chain go on
     */
    <T> Optional<T> ask(
            Hop hop,
            String target,
            Callable<T> question,
            Function<T, Finding> answered,
            Function<Exception, Finding> refused) {
        if (isBlocked(hop, target)) {
            return Optional.empty();
        }
        try {
            T answer = probes.ask(hop, question);
            return check(hop, target, answered.apply(answer)) ? Optional.of(answer) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            check(hop, target, Finding.failed("interrupted", "check again"));
        } catch (TimeoutException e) {
            check(
                    hop,
                    target,
                    Finding.failed(
                            e,
                            "look for what is slow or drops packets in between: firewall, routes, proxy; check again"));
        } catch (Exception e) {
            check(hop, target, refused.apply(e));
        }
        return Optional.empty();
    }

    /** Adds what is known of a hop without asking; returns whether the chain goes on. */
    boolean check(Hop hop, String target, Finding finding) {
        if (isBlocked(hop, target)) {
            return false;
        }
        PreflightCheck check = note(hop, target, finding);
        if (check.verdict() == Verdict.FAILED) {
            blockBy(check);
        }
        return obstacle.isEmpty();
    }

    /** Adds what is known of a hop; the chain goes on whatever it is. */
    PreflightCheck note(Hop hop, String target, Finding finding) {
        PreflightCheck check = finding.at(hop, target);
        checks.add(check);
        return check;
    }

    /** Makes all that follows depend on a check, which failed; the first one is what is named. */
    void blockBy(PreflightCheck check) {
        obstacle = obstacle.or(() -> Optional.of(check));
    }

    /** Says of a hop that it was not tried; the chain must be stuck. */
    void skip(Hop hop, String target) {
        PreflightCheck before = obstacle.orElseThrow();
        note(
                hop,
                target,
                Finding.skipped("not tried, since '%s' of %s failed"
                        .formatted(before.hop().label(), before.target())));
    }

    void addAll(List<PreflightCheck> others) {
        checks.addAll(others);
    }

    List<PreflightCheck> checks() {
        return List.copyOf(checks);
    }

    private boolean isBlocked(Hop hop, String target) {
        if (obstacle.isPresent()) {
            skip(hop, target);
        }
        return obstacle.isPresent();
    }
}
