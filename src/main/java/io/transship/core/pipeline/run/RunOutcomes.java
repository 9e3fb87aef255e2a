package io.transship.core.pipeline.run;

import io.transship.core.transfer.ArtifactOutcome;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What became of the artifacts of a run.
 *
 * @param all in the order in which they were kept
 */
public record RunOutcomes(List<ArtifactOutcome> all) {

    private static final String DOCUMENT = "outcomes";
    private static final int SHOWN = 5;

    public RunOutcomes {
        all = List.copyOf(all);
    }

    /** Keeps outcomes unless there are some already: a seal that is repeated finds its own tags and calls them skipped. */
    public static void keep(PipelineRuns runs, PipelineRun run, List<ArtifactOutcome> outcomes) throws IOException {
        runs.keepDocument(run.id(), DOCUMENT, RunJson.write(outcomes));
    }

    /** Those that were kept; none before a run is sealed. */
    public static RunOutcomes of(PipelineRuns runs, PipelineRun run) throws IOException {
        Optional<byte[]> document = runs.document(run.id(), DOCUMENT);
        return new RunOutcomes(document.isPresent() ? RunJson.readOutcomes(document.get()) : List.of());
    }

    /** The end of a run that has done all it could: a success unless every single artifact failed. */
    public PipelineRun end(PipelineRun run, Instant now) {
        int failures = failed().size();
        String note = note();
        return note != null && failures == all.size() ? run.failed(now, note) : run.succeeded(now, failures, note);
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

    private List<ArtifactOutcome> failed() {
        return all.stream()
                .filter(outcome -> outcome.status() == ArtifactOutcome.Status.FAILED)
                .toList();
    }
}
