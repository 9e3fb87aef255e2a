package io.transship.core.transfer.block;

import static io.transship.core.transfer.TransferSamples.ALL;
import static io.transship.core.transfer.TransferSamples.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.FailingBlobContainer;
import io.transship.core.storage.FailingBlobContainer.Moment;
import io.transship.core.storage.StagedBlock;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.artifact.ArtifactExport;
import io.transship.core.transfer.artifact.ExportSteps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ArchiveSealTest extends ExportSteps {

    ArchiveSealTest() throws IOException {}

    @Test
    void aSealNamesTheSlicesOfMissingBlocks() throws IOException {
        ArtifactExport export = export(container);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        move(export, plan, "run", 1, NEVER);

        Set<Integer> others = new TreeSet<>();
        ArtifactExport.slices(plan, SMALL).forEach(slice -> others.add(slice.number()));
        others.remove(1);
        assertThat(export.seal(plan, SMALL, "run", CommitPoint.OPEN)).isEqualTo(new SealResult.Incomplete(others));
        assertThat(container.find(NAME)).isEmpty();
    }

    @Test
    void blocksOfAnotherRunOrPlanDoNotCount() throws IOException {
        ArtifactExport export = export(container);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        moveAll(export, plan, ArtifactExport.slices(plan, SMALL).size());
        ArchivePlan smaller = export.plan(TransferSamples.references(ALL.subList(0, 2)), Map.of());

        assertThat(export.seal(plan, SMALL, "another run", CommitPoint.OPEN)).isInstanceOf(SealResult.Incomplete.class);
        assertThat(export.seal(smaller, SMALL, "run", CommitPoint.OPEN)).isInstanceOf(SealResult.Incomplete.class);
    }

    @Test
    void aSealMayBeRepeatedAndRaced() throws IOException {
        ArtifactExport export = export(container);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        moveAll(export, plan, ArtifactExport.slices(plan, SMALL).size());
        for (BlobOperation overtaken : List.of(BlobOperation.STAGED_BLOCKS, BlobOperation.FIND, BlobOperation.COMMIT)) {
            for (Moment when : Moment.values()) {
                // Another worker seals at each moment of a seal.
                BlobContainer raced = new FailingBlobContainer(container, (moment, operation, subject) -> {
                    if (operation == overtaken && moment == when) {
                        sealed(export.seal(plan, SMALL, "run", CommitPoint.OPEN));
                    }
                });
                BlobProperties sealed = sealed(export(raced).seal(plan, SMALL, "run", CommitPoint.OPEN));
                assertThat(container.find(NAME)).contains(sealed);
                container.delete(NAME, sealed.etag());
                moveAll(export, plan, ArtifactExport.slices(plan, SMALL).size());
            }
        }
    }

    @Test
    void aSealWhoseAnswerGotLostIsFoundDone() throws IOException {
        BlobContainer lossy = new FailingBlobContainer(container, (moment, operation, subject) -> {
            if (operation == BlobOperation.COMMIT && moment == Moment.AFTER) {
                throw new StorageException(StorageException.Kind.UNAVAILABLE, "answer lost");
            }
        });

        assertThat(container.find(NAME)).isEmpty();
        assertThat(run(export(lossy), "run")).isEqualTo(container.find(NAME).orElseThrow());
        assertThat(container.count(BlobOperation.COMMIT)).isEqualTo(1);
    }

    @Test
    void overwritesOnlyWhenToldTo() throws IOException {
        ArtifactExport export = export(container);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        moveAll(export, plan, ArtifactExport.slices(plan, SMALL).size());
        container.write(NAME, new byte[3], WriteMode.CREATE_NEW, Map.of());
        moveAll(export, plan, ArtifactExport.slices(plan, SMALL).size());

        String message =
                "blob 'archive.tar' exists in container '%s'; name another blob, or add the option OverwriteBlobs"
                        .formatted(container.uri());
        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> export.seal(plan, SMALL, "run", CommitPoint.OPEN))
                .withMessageStartingWith(message)
                .matches(e -> !TransferException.isTransient(e));
        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> export.plan(TransferSamples.references(ALL), Map.of()))
                .withMessageStartingWith(message);
        assertThat(container.find(NAME).orElseThrow().length()).isEqualTo(3);

        assertThat(run(overwriting(container), "run 2").length()).isEqualTo(plan.length());
    }

    @Test
    void twoWorkersThatOverwriteAtOnceMakeOneVersion() throws IOException {
        container.write(NAME, new byte[3], WriteMode.CREATE_NEW, Map.of());
        ArtifactExport export = overwriting(container);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        moveAll(export, plan, ArtifactExport.slices(plan, SMALL).size());
        List<BlobProperties> first = new ArrayList<>();
        BlobContainer raced = new FailingBlobContainer(container, (moment, operation, subject) -> {
            if (operation == BlobOperation.COMMIT && moment == Moment.BEFORE) {
                first.add(sealed(export.seal(plan, SMALL, "run", CommitPoint.OPEN)));
            }
        });

        BlobProperties second = sealed(overwriting(raced).seal(plan, SMALL, "run", CommitPoint.OPEN));

        assertThat(first).containsExactly(second);
        assertThat(container.find(NAME)).contains(second);
    }

    @Test
    void aBlobThatAnotherWroteAtTheSameMomentIsOverwrittenAtTheNextTry() throws IOException {
        ArtifactExport export = overwriting(container);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        int slices = ArtifactExport.slices(plan, SMALL).size();
        moveAll(export, plan, slices);
        BlobContainer raced = new FailingBlobContainer(container, (moment, operation, subject) -> {
            if (operation == BlobOperation.COMMIT && moment == Moment.BEFORE) {
                container.write(NAME, new byte[3], WriteMode.OVERWRITE, Map.of());
            }
        });

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> overwriting(raced).seal(plan, SMALL, "run", CommitPoint.OPEN))
                .withMessageContaining("written by another at the same moment")
                .matches(TransferException::isTransient);
        moveAll(export, plan, slices);
        assertThat(sealed(export.seal(plan, SMALL, "run", CommitPoint.OPEN)).length())
                .isEqualTo(plan.length());
    }

    private ArtifactExport overwriting(BlobContainer target) {
        return new ArtifactExport(samples.registry(), target, NAME, WriteMode.OVERWRITE, OnError.STOP);
    }

    @Test
    void bytesThatChangeBetweenTwoReadingsAreNotSealed() throws IOException {
        ArtifactExport export = export(container);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        moveAll(export, plan, ArtifactExport.slices(plan, SMALL).size());
        StagedBlock one = container.stagedBlocks(NAME).getLast();
        String other = one.id().substring(0, 24) + (one.id().endsWith("00000000") ? "00000001" : "00000000");
        container.stageBlock(NAME, other, new byte[(int) one.size()], 0, (int) one.size());

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> export.seal(plan, SMALL, "run", CommitPoint.OPEN))
                .withMessageContaining("different bytes at two readings");
    }
}
