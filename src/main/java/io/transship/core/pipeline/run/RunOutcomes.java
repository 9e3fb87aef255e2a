package io.transship.core.pipeline.run;

import io.transship.core.pipeline.DamagedRecordException;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What became of the artifacts of a run.
 *
 * @param all in the order in which they were kept
 */
public record RunOutcomes(List<ArtifactOutcome> all) {

    private static final String DOCUMENT = "outcomes";

    /** Of a run that goes on after a retry: what became of the artifacts that it is not about. */
    private static final String EARLIER = "earlier-outcomes";

    private static final int SHOWN = 5;

    public RunOutcomes {
        all = List.copyOf(all);
    }

    /** Keeps outcomes unless there are some already: a seal that is repeated finds its own tags and calls them skipped. */
    public static void keep(PipelineRuns runs, PipelineRun run, List<ArtifactOutcome> outcomes) throws IOException {
        List<ArtifactOutcome> all = new ArrayList<>(read(runs, run, EARLIER));
        all.addAll(outcomes);
        runs.keepDocument(run.execution(), DOCUMENT, RunJson.write(all));
    }

    /** Keeps for the next execution of a run what is known of the artifacts that it is not about. */
    public static void carryOver(PipelineRuns runs, PipelineRun from, PipelineRun next) throws IOException {
        List<ArtifactOutcome> known = read(runs, from, DOCUMENT);
        if (known.isEmpty()) {
            // It failed before it had any of its own.
            known = read(runs, from, EARLIER);
        }
        boolean sameArtifacts = next.leg() == Leg.RELAY;
        List<ArtifactOutcome> kept = known.stream()
                .filter(outcome -> sameArtifacts || !next.only().contains(outcome.artifact()))
                .toList();
        if (!kept.isEmpty() && (sameArtifacts || !next.only().isEmpty())) {
            runs.keepDocument(next.execution(), sameArtifacts ? DOCUMENT : EARLIER, RunJson.write(kept));
        }
    }

    /** Those that were kept; none before a run is sealed. */
    public static RunOutcomes of(PipelineRuns runs, PipelineRun run) throws IOException {
        return new RunOutcomes(read(runs, run, DOCUMENT));
    }

    private static List<ArtifactOutcome> read(PipelineRuns runs, PipelineRun run, String name) throws IOException {
        Optional<byte[]> document = runs.document(run.execution(), name);
        try {
            return document.isPresent() ? RunJson.readOutcomes(document.get()) : List.of();
        } catch (IOException e) {
            throw new DamagedRecordException(
                    "document '%s' of run '%s' in the app's storage account is damaged: %s; start another run"
                            .formatted(name, run.id().name(), e.getMessage()),
                    e);
        }
    }

    /** The end of a run that has done all it could: a success unless every single artifact failed. */
    public PipelineRun end(PipelineRun run, Instant now, RunProgress reached) {
        int failures = failed().size();
        String note = note();
        return note != null && failures == all.size()
                ? run.failed(now, note, reached)
                : run.succeeded(now, failures, note, reached);
    }

    /** Which artifacts failed and why, in one sentence; absent if none did. */
    private @Nullable String note() {
        List<ArtifactOutcome> failed = failed();
        if (failed.isEmpty()) {
            return null;
        }
        String some = failed.stream()
                .limit(SHOWN)
                .map(outcome -> outcome.artifact() + ": " + outcome.message())
                .collect(Collectors.joining("; "));
        return "%d of %d artifacts failed: %s%s"
                .formatted(failed.size(), all.size(), some, failed.size() > SHOWN ? "; …" : "");
    }

    /** The names of the artifacts that failed. */
    public Set<String> failedArtifacts() {
        return failed().stream().map(ArtifactOutcome::artifact).collect(Collectors.toSet());
    }

    private List<ArtifactOutcome> failed() {
        return all.stream()
                .filter(outcome -> outcome.status() == ArtifactOutcome.Status.FAILED)
                .toList();
    }
}
