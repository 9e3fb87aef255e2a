package io.transship.core.pipeline.run;

import static io.transship.core.pipeline.run.RunSamples.EXECUTION;
import static io.transship.core.pipeline.run.RunSamples.ID;
import static io.transship.core.pipeline.run.RunSamples.NOON;
import static io.transship.core.pipeline.run.RunSamples.atOnce;
import static io.transship.core.pipeline.run.RunSamples.bytes;
import static io.transship.core.pipeline.run.RunSamples.id;
import static io.transship.core.pipeline.run.RunSamples.slice;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link PipelineRuns} promises of slices and documents; run once for each kind of store. */
public abstract class RunRecordsContract {

    /** A store without runs. */
    protected abstract PipelineRuns emptyRuns();

    @Test
    void keepsSlicesByLegAndGenerationInOrderOfTheirNumbers() throws Exception {
        PipelineRuns runs = emptyRuns();
        List<SliceProgress> export = IntStream.range(0, 12)
                .mapToObj(number -> slice(Leg.EXPORT, 1, number, number))
                .toList();
        for (SliceProgress progress : export.reversed()) {
            runs.putSlice(EXECUTION, progress);
        }
        runs.putSlice(EXECUTION, slice(Leg.EXPORT, 0, 3, 77));
        runs.putSlice(EXECUTION, slice(Leg.EXPORT, 11, 3, 78));
        runs.putSlice(EXECUTION, slice(Leg.RELAY, 1, 3, 79));
        runs.putSlice(new ExecutionId(id("release-10"), NOON), slice(Leg.EXPORT, 1, 3, 80));

        assertThat(runs.slices(EXECUTION, Leg.EXPORT, 1)).isEqualTo(export);
        assertThat(runs.slices(EXECUTION, Leg.EXPORT, 0)).containsExactly(slice(Leg.EXPORT, 0, 3, 77));
        assertThat(runs.slices(EXECUTION, Leg.RELAY, 1)).containsExactly(slice(Leg.RELAY, 1, 3, 79));
        assertThat(runs.slices(EXECUTION, Leg.IMPORT, 1)).isEmpty();
    }

    @Test
    void putReplacesWhatWasKeptOfASlice() throws Exception {
        PipelineRuns runs = emptyRuns();
        SliceProgress last = new SliceProgress(
                Leg.IMPORT,
                0,
                4,
                true,
                12,
                9L << 32,
                1L << 33,
                7,
                6,
                Set.of("sha256:cd"),
                Map.of("sha256:ab", "size is 3, not 4"),
                NOON);

        runs.putSlice(EXECUTION, slice(Leg.IMPORT, 0, 4, 1));
        runs.putSlice(EXECUTION, last);

        assertThat(runs.slices(EXECUTION, Leg.IMPORT, 0)).containsExactly(last);
    }

    @Test
    void aLateNoteDoesNotUndoASlice() throws Exception {
        PipelineRuns runs = emptyRuns();
        SliceProgress done = new SliceProgress(Leg.EXPORT, 0, 3, true, 1, 9, 9, 0, 0, Set.of(), Map.of(), NOON);

        runs.noteProgress(EXECUTION, slice(Leg.EXPORT, 0, 3, 4));
        runs.noteProgress(EXECUTION, slice(Leg.EXPORT, 0, 3, 5));
        assertThat(runs.slices(EXECUTION, Leg.EXPORT, 0)).containsExactly(slice(Leg.EXPORT, 0, 3, 5));
        runs.putSlice(EXECUTION, done);
        runs.noteProgress(EXECUTION, slice(Leg.EXPORT, 0, 3, 8));

        assertThat(runs.slices(EXECUTION, Leg.EXPORT, 0)).containsExactly(done);
    }

    @Test
    void keepsTheFirstDocumentOfAName() throws Exception {
        PipelineRuns runs = emptyRuns();

        assertThat(runs.keepDocument(EXECUTION, "export-plan-0", bytes("first")))
                .isEqualTo(bytes("first"));
        assertThat(runs.keepDocument(EXECUTION, "export-plan-0", bytes("second")))
                .isEqualTo(bytes("first"));
        assertThat(runs.keepDocument(EXECUTION, "export-plan-1", bytes(""))).isEmpty();

        assertThat(runs.document(EXECUTION, "export-plan-0")).contains(bytes("first"));
        assertThat(runs.document(EXECUTION, "export-plan-1")).contains(bytes(""));
        assertThat(runs.document(new ExecutionId(id("release-2"), NOON), "export-plan-0"))
                .isEmpty();
    }

    @Test
    void keepsALargeDocument() throws Exception {
        PipelineRuns runs = emptyRuns();
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);

        assertThat(runs.keepDocument(EXECUTION, "plan", large)).isEqualTo(large);
        assertThat(runs.document(EXECUTION, "plan")).contains(large);
    }

    @Test
    void writersOfOneDocumentAllGetTheSame() throws Exception {
        PipelineRuns runs = emptyRuns();

        List<byte[]> kept = atOnce(IntStream.range(0, 8)
                .mapToObj(number ->
                        (Callable<byte[]>) () -> runs.keepDocument(EXECUTION, "plan", bytes("plan " + number)))
                .toList());

        assertThat(kept.stream().map(document -> new String(document, UTF_8)).distinct())
                .hasSize(1);
        assertThat(runs.document(EXECUTION, "plan")).contains(kept.getFirst());
    }

    @Test
    void executionsOfOneRunHaveNothingInCommon() throws Exception {
        PipelineRuns runs = emptyRuns();
        ExecutionId next = new ExecutionId(ID, NOON.plusNanos(1000));
        runs.putSlice(EXECUTION, slice(Leg.EXPORT, 0, 0, 5));
        runs.keepDocument(EXECUTION, "plan", bytes("first"));

        assertThat(runs.slices(next, Leg.EXPORT, 0)).isEmpty();
        assertThat(runs.document(next, "plan")).isEmpty();
        assertThat(runs.keepDocument(next, "plan", bytes("second"))).isEqualTo(bytes("second"));
        assertThat(runs.document(EXECUTION, "plan")).contains(bytes("first"));
    }
}
