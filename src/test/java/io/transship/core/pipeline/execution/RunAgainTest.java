package io.transship.core.pipeline.execution;

import static io.transship.core.pipeline.execution.RunWorld.assertSucceeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.VersionCondition;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.request.RunStarter.Effect;
import io.transship.core.pipeline.request.RunStarter.Put;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.transfer.TransferSamples;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that are asked for by a PUT, with what ARM lets them say. */
@Timeout(20)
class RunAgainTest {

    private static final List<String> ALL = TransferSamples.ALL;

    private final RunWorld world = new RunWorld();

    RunAgainTest() throws IOException {}

    @Test
    void anotherForceUpdateTagRunsAgainButDoesNotOverwrite() throws IOException {
        world.declareExport(false);
        PipelineRun first = world.drained(put(export("1"), "release"));
        assertSucceeded(first);
        String version = world.near.find(RunWorld.ARCHIVE).orElseThrow().etag();

        PipelineRun again = world.drained(put(export("2"), "release"));

        assertThat(again.status()).isEqualTo(RunStatus.FAILED);
        assertThat(again.message()).contains("exists in container", "add the option OverwriteBlobs");
        assertThat(world.near.find(RunWorld.ARCHIVE).orElseThrow().etag()).isEqualTo(version);
    }

    @Test
    void anotherForceUpdateTagWritesAnotherVersionIfItMayOverwrite() throws IOException {
        world.declareExport(false, PipelineOption.OVERWRITE_BLOBS);
        PipelineRun first = world.drained(put(export("1"), "release"));
        String version = world.near.find(RunWorld.ARCHIVE).orElseThrow().etag();

        PipelineRun again = world.drained(put(export("2"), "release"));

        assertSucceeded(again);
        assertThat(again.catalogDigest()).isEqualTo(first.catalogDigest());
        assertThat(world.near.find(RunWorld.ARCHIVE).orElseThrow().etag()).isNotEqualTo(version);
    }

    @Test
    void importsAnArchiveOfTheCatalogDigestThatIsExpected() throws IOException {
        PipelineRun exported = world.drained(world.startExport(ALL));

        PipelineRun imported = world.drained(put(importOf(exported.catalogDigest()), "expected"));

        assertSucceeded(imported);
        assertThat(imported.catalogDigest()).isEqualTo(exported.catalogDigest());
        world.samples.assertArrived(world.target, ALL);
    }

    @Test
    void importsNothingOfAnArchiveOfAnotherCatalogDigest() throws IOException {
        PipelineRun exported = world.drained(world.startExport(ALL));
        String other = "sha256:" + "0".repeat(64);

        PipelineRun imported = world.drained(put(importOf(other), "other"));

        assertThat(imported.status()).isEqualTo(RunStatus.FAILED);
        assertThat(imported.message())
                .contains("has catalog digest " + exported.catalogDigest() + " and not " + other)
                .contains("check that the right archive was copied");
        assertThat(TransferSamples.tags(world.target)).isEmpty();
        assertThat(world.target.uploads()).isZero();
    }

    private PipelineRun put(RunRequest request, String name) throws IOException {
        ResourceId id = request.pipeline().sibling(ResourceId.Type.PIPELINE_RUN, name);
        Put put = new RunStarter(world.runs, world.queue, world.clock).put(id, request, new VersionCondition.Any());
        assertThat(put.effect()).isNotEqualTo(Effect.UNCHANGED);
        return put.run().run();
    }

    private static RunRequest export(String forceUpdateTag) {
        return new RunRequest(RunWorld.EXPORT, ALL, RunWorld.ARCHIVE, null, forceUpdateTag);
    }

    private static RunRequest importOf(@Nullable String catalogDigest) {
        return new RunRequest(RunWorld.IMPORT, List.of(), RunWorld.ARCHIVE, catalogDigest, null);
    }
}
