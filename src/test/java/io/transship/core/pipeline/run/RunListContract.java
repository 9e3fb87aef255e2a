package io.transship.core.pipeline.run;

import static io.transship.core.pipeline.run.RunSamples.ARCHIVE;
import static io.transship.core.pipeline.run.RunSamples.ID;
import static io.transship.core.pipeline.run.RunSamples.NOON;
import static io.transship.core.pipeline.run.RunSamples.SUBSCRIPTION;
import static io.transship.core.pipeline.run.RunSamples.failed;
import static io.transship.core.pipeline.run.RunSamples.found;
import static io.transship.core.pipeline.run.RunSamples.id;
import static io.transship.core.pipeline.run.RunSamples.listed;
import static io.transship.core.pipeline.run.RunSamples.replaceNow;
import static io.transship.core.pipeline.run.RunSamples.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.transship.core.pipeline.Page;
import io.transship.core.pipeline.ResourceId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link PipelineRuns} promises of its lists; run once for each kind of store. */
public abstract class RunListContract {

    /** A store without runs. */
    protected abstract PipelineRuns emptyRuns();

    @Test
    void listsTheRunsOfAScopeNewestFirst() throws Exception {
        PipelineRuns runs = emptyRuns();
        List<Integer> order = List.of(3, 0, 4, 1, 2);
        for (int age : order) {
            runs.create(run(id("r" + age), NOON.minusSeconds(age)));
        }
        ResourceId elsewhere = ResourceId.of(SUBSCRIPTION, "rg", "from2", ResourceId.Type.PIPELINE_RUN, "r9");
        runs.create(run(elsewhere, NOON));

        assertThat(listed(runs, ID.scope()))
                .extracting(run -> run.id().name())
                .containsExactly("r0", "r1", "r2", "r3", "r4");
        assertThat(listed(runs, elsewhere.scope())).extracting(PipelineRun::id).containsExactly(elsewhere);
    }

    @Test
    void givesTheSameRunsInTheSameOrderWhateverTheSizeOfAPage() throws Exception {
        PipelineRuns runs = emptyRuns();
        List<PipelineRun> newestFirst = new ArrayList<>();
        for (int number = 0; number < 11; number++) {
            // Three at a time have the same age.
            newestFirst.add(run(id("r%02d".formatted(number)), NOON.minusSeconds(number / 3)));
        }
        List<PipelineRun> shuffled = new ArrayList<>(newestFirst);
        Collections.shuffle(shuffled, new Random(4));
        for (PipelineRun run : shuffled) {
            runs.create(run);
        }

        for (int most = 1; most <= newestFirst.size() + 1; most++) {
            assertThat(paged(runs, most)).as("pages of %d", most).isEqualTo(newestFirst);
        }
    }

    @Test
    void whatHappensToRunsOfAnEarlierPageDoesNotTearTheNext() throws Exception {
        PipelineRuns runs = emptyRuns();
        for (int age = 0; age < 6; age++) {
            runs.create(run(id("r" + age), NOON.minusSeconds(age)));
        }
        Page<PipelineRun> first = runs.list(ID.scope(), 2, Optional.empty());
        runs.delete(id("r0"), found(runs, id("r0")).version());
        runs.delete(id("r2"), found(runs, id("r2")).version());
        runs.create(run(id("young"), NOON.plusSeconds(1)));

        Page<PipelineRun> second = runs.list(ID.scope(), 10, first.next());

        assertThat(first.items()).extracting(run -> run.id().name()).containsExactly("r0", "r1");
        assertThat(second.items()).extracting(run -> run.id().name()).containsExactly("r3", "r4", "r5");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "nonsense", "!", "cnVuLXJlbGVhc2UtMQ"})
    void refusesAPageThatItNeverGaveOut(String token) throws Exception {
        PipelineRuns runs = emptyRuns();
        runs.create(run(ID));

        assertThatIllegalArgumentException().isThrownBy(() -> runs.list(ID.scope(), 10, Optional.of(token)));
    }

    @Test
    void everyExecutionIsUnsettledUntilItIsSettled() throws Exception {
        PipelineRuns runs = emptyRuns();
        PipelineRun first = failed(run(ID));
        PipelineRun second = first.retried(Set.of(), ARCHIVE, NOON.plusSeconds(60));
        ResourceId elsewhere = ResourceId.of(SUBSCRIPTION, "rg", "from2", ResourceId.Type.PIPELINE_RUN, "r9");
        assertThat(runs.unsettled()).isEmpty();
        runs.create(first);
        runs.create(run(elsewhere));
        replaceNow(runs, second);
        replaceNow(runs, failed(second.planning(NOON.plusSeconds(61))));
        ExecutionId other = new ExecutionId(elsewhere, NOON);
        assertThat(runs.unsettled()).containsExactlyInAnyOrder(first.execution(), second.execution(), other);

        runs.settle(first.execution());
        runs.settle(first.execution());
        assertThat(runs.unsettled()).containsExactlyInAnyOrder(second.execution(), other);

        // One that is gone is still to be settled.
        runs.delete(ID, found(runs, ID).version());
        assertThat(runs.unsettled()).containsExactlyInAnyOrder(second.execution(), other);
        runs.settle(second.execution());
        runs.settle(other);
        assertThat(runs.unsettled()).isEmpty();
        assertThat(runs.find(elsewhere)).isPresent();
    }

    @Test
    void findsRunsOfAllRegistriesThatWereCreatedBeforeATime() throws Exception {
        PipelineRuns runs = emptyRuns();
        ResourceId elsewhere = ResourceId.of(SUBSCRIPTION, "rg", "from2", ResourceId.Type.PIPELINE_RUN, "old");
        runs.create(run(id("older"), NOON.minusSeconds(60)));
        runs.create(run(id("just-before"), NOON.minusNanos(1000)));
        runs.create(run(id("at-noon"), NOON));
        runs.create(run(id("after"), NOON.plusSeconds(1)));
        runs.create(run(elsewhere, NOON.minusSeconds(1)));

        assertThat(runs.createdBefore(NOON, 10))
                .extracting(run -> run.id().name())
                .containsExactlyInAnyOrder("older", "just-before", "old");
        assertThat(runs.createdBefore(NOON, 2)).hasSize(2);
        assertThat(runs.createdBefore(NOON.minusSeconds(60), 10)).isEmpty();
    }

    private static List<PipelineRun> paged(PipelineRuns runs, int most) throws IOException {
        List<PipelineRun> all = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            Page<PipelineRun> page = runs.list(ID.scope(), most, next);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(most);
            all.addAll(page.items());
            next = page.next();
        } while (next.isPresent());
        return all;
    }
}
