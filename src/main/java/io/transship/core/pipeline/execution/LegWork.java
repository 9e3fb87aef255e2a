package io.transship.core.pipeline.execution;

import io.transship.core.oci.Digest;
import io.transship.core.pipeline.RunTrace;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import io.transship.core.transfer.block.BlockBuffers;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The three steps of one leg, for the runner: what is transferred, joined with where its plan is kept. */
interface LegWork {

    /** Plans, or reads the plan that another worker made first. */
    Planned plan() throws IOException;

    MoveResult move(LegPlan plan, int slice, BlockBuffers buffers, Deadline deadline, TransferListener listener)
            throws IOException;

    /**
     * Makes the result visible.
     *
     * @param slices what is known of moving
     */
    Sealed seal(LegPlan plan, List<SliceProgress> slices, CommitPoint point) throws IOException;

    /** The artifacts that have to be left out because of broken contents; only an export can plan again without them. */
    default List<String> artifactsThatNeed(Set<Digest> broken) throws IOException {
        return List.of();
    }

    /** What the archive's blob says of the run that made it: it leads from one trace to the other, where it is not lost. */
    static Map<String, String> hints(PipelineRun run) {
        String parent = run.trace().parent();
        return parent == null ? Map.of() : Map.of(RunTrace.METADATA, parent);
    }

    /**
     * What was decided.
     *
     * @param catalogDigest digest of the archive's head; absent if there is none, or if the leg before said it
     * @param archiveTrace where the telemetry of the run belongs that made the archive; absent if it is not known
     */
    record Planned(
            LegPlan plan,
            @Nullable String catalogDigest,
            @Nullable String archiveTrace) {

        Planned(LegPlan plan, @Nullable String catalogDigest) {
            this(plan, catalogDigest, null);
        }
    }

    /** How sealing ended. */
    sealed interface Sealed {

        /** It is done; the outcomes are for people, none if the leg has nothing to say about artifacts. */
        record Done(List<ArtifactOutcome> outcomes) implements Sealed {}

        /** Parts of these slices went missing. */
        record Incomplete(Set<Integer> slices) implements Sealed {}
    }
}
