package io.transship.functions.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.content.RedactedUri;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.Json;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Whether the app can work, which is whether it reaches its own storage account. Looks again after some seconds only, so that
 * nobody puts a load on the account by asking. Thread-safe.
 */
public final class Health {

    /** How long one probe may take, and how long what it found is good for. */
    public record Limits(Duration patience, Duration keep) {

        public static final Limits STANDARD = new Limits(Duration.ofSeconds(3), Duration.ofSeconds(5));
    }

    /** Reaches something that the app needs. */
    @FunctionalInterface
    public interface Probe {
        /**
         * Looks.
         *
         * @throws IOException that says what failed and what to do
         */
        void look() throws IOException;
    }

    private record Check(String name, String problem) {}

    private record Looked(Instant at, List<Check> checks) {}

    private final Map<String, Probe> probes;
    private final Facts facts;
    private final Clock clock;
    private final Limits limits;
    private @Nullable Looked last;

    /**
     * What is known without looking.
     *
     * @param problems of the app's settings
     * @param warnings what makes it slow
     */
    public record Facts(String version, List<String> problems, List<String> warnings) {

        public Facts {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }
    }

    /** By the names of what is probed. */
    public Health(Map<String, Probe> probes, Facts facts, Clock clock, Limits limits) {
        this.probes = new TreeMap<>(probes);
        this.facts = facts;
        this.clock = clock;
        this.limits = limits;
    }

    /** For everybody: 200 or 503, and nothing but that. */
    public ArmAnswer status() {
        boolean well = isWell(checks());
        return ArmAnswer.of(well ? 200 : 503, Json.object().put("status", well ? "Healthy" : "Unhealthy"))
                .with("Cache-Control", "no-store");
    }

    /**
     * For operators: what was looked at, what is wrong with the settings, what makes the app slow.
     *
     * @param rotationFailures SAS that could not be rotated, each with the reason
     */
    ArmAnswer details(List<String> rotationFailures) {
        List<Check> checks = checks();
        ObjectNode body = Json.object()
                .put("status", isWell(checks) ? "Healthy" : "Unhealthy")
                .put("version", facts.version());
        ArrayNode array = body.putArray("checks");
        for (Check check : checks) {
            ObjectNode node = array.addObject()
                    .put("name", check.name())
                    .put("verdict", check.problem().isEmpty() ? "Passed" : "Failed");
            if (!check.problem().isEmpty()) {
                node.put("message", check.problem());
            }
        }
        facts.problems().forEach(body.putArray("settingsProblems")::add);
        facts.warnings().forEach(body.putArray("warnings")::add);
        rotationFailures.forEach(body.putArray("rotationFailures")::add);
        return ArmAnswer.of(200, body).with("Cache-Control", "no-store");
    }

    private static boolean isWell(List<Check> checks) {
        return checks.stream().allMatch(check -> check.problem().isEmpty());
    }

    private synchronized List<Check> checks() {
        Looked known = last;
        if (known == null || !clock.instant().isBefore(known.at().plus(limits.keep()))) {
            known = new Looked(clock.instant(), look());
            last = known;
        }
        return known.checks();
    }

    private List<Check> look() {
        // Not closed, which would wait for what does not answer.
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            Map<String, Future<String>> looking = new TreeMap<>();
            probes.forEach((name, probe) -> looking.put(name, threads.submit(() -> problemOf(probe))));
            long end = System.nanoTime() + limits.patience().toNanos();
            List<Check> checks = new ArrayList<>();
            looking.forEach((name, future) -> checks.add(new Check(name, awaited(future, end))));
            return List.copyOf(checks);
        } finally {
            threads.shutdownNow();
        }
    }

    private static String problemOf(Probe probe) {
        try {
            probe.look();
            return "";
        } catch (IOException | RuntimeException e) {
            return RedactedUri.within(String.valueOf(e.getMessage()));
        }
    }

    private String awaited(Future<String> future, long end) {
        try {
            return future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return "it did not answer within %d ms; check the settings that begin with 'AzureWebJobsStorage', and the account's firewall"
                    .formatted(limits.patience().toMillis());
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
