package io.transship.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.transship.core.oci.Digest;
import io.transship.local.MorePipelines;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.SmallImage;
import io.transship.local.demo.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that are damaged or none, tags that are taken, and when an archive may be deleted. */
class ImportFailuresIT {

    private static TestedApp app;
    private static byte[] pair;

    @BeforeAll
    static void startApp(@TempDir Path directory) throws IOException {
        app = TestedApp.start(
                directory,
                new MorePipelines()
                        .exporting("source", "plain")
                        .importing("target", "strict")
                        .importing("target", "overwriting", "OverwriteTags")
                        .importing("target", "lenient", "ContinueOnErrors", "DeleteSourceBlobOnSuccess")
                        .importing("target", "deleting", "DeleteSourceBlobOnSuccess"));
        SmallImage.push(app.source(), "pair/sound:1", "the layer that is sound");
        SmallImage.push(app.source(), "pair/broken:1", "the layer that will be broken");
        pair = app.archiveOf("plain", "pair.tar", "pair/sound:1", "pair/broken:1");
    }

    @AfterAll
    static void stopApp() throws IOException {
        app.close();
    }

    @Test
    void aTruncatedArchiveIsRefusedAsAWhole() throws Exception {
        Run run = app.importOf("strict", "truncated.tar", Arrays.copyOf(pair, pair.length - 1024 - 512));

        app.assertFailed(
                run, "archive 'truncated.tar' in container", "/dststore/strict'", "is truncated", "export it again");
        assertNothingOfThePairIsTagged();
    }

    @Test
    void aDamagedLayerKeepsEveryArtifactOfItsArchiveOut() throws Exception {
        Run run = app.importOf("strict", "flipped.tar", flipped(pair, "the layer that will be broken"));

        app.assertFailed(
                run, "archive 'flipped.tar' in container", "entry 'blobs/sha256/", "at offset", "damaged", "again");
        assertNothingOfThePairIsTagged();
    }

    @Test
    void aBlobThatIsNoTarIsRefused() throws Exception {
        byte[] text = "This is a text and not a tar.\n".repeat(100).getBytes(StandardCharsets.UTF_8);

        app.assertFailed(
                app.importOf("strict", "text.tar", text), "archive 'text.tar' in container", "no tar", "again");
    }

    @Test
    void anEmptyBlobIsRefused() throws Exception {
        app.assertFailed(
                app.importOf("strict", "empty.tar", new byte[0]),
                "archive 'empty.tar' in container",
                "it is empty",
                "again");
    }

    @Test
    void anImportThatContinuesOnErrorsTakesWhatIsSoundAndKeepsTheArchive() throws Exception {
        SmallImage.push(app.source(), "mixed/sound:1", "another layer that is sound");
        SmallImage.push(app.source(), "mixed/broken:1", "another layer that will be broken");
        byte[] archive = app.archiveOf("plain", "mixed.tar", "mixed/sound:1", "mixed/broken:1");

        Run run = app.importOf("lenient", "mixed.tar", flipped(archive, "another layer that will be broken"));

        assertThat(run.state()).as(run.message()).isEqualTo("Succeeded");
        assertThat(run.message())
                .contains(
                        "1 of 2 artifacts failed: mixed/broken:1",
                        "archive 'mixed.tar'",
                        "entry 'blobs/sha256/",
                        "export it again");
        assertThat(run.artifacts())
                .extracting(Run.ArtifactResult::name, Run.ArtifactResult::outcome)
                .containsExactlyInAnyOrder(tuple("mixed/sound:1", "Succeeded"), tuple("mixed/broken:1", "Failed"));
        assertThat(app.target().tags("mixed/sound")).containsExactly("1");
        assertThat(app.target().tags("mixed/broken")).isEmpty();
        assertThat(app.imports("lenient").getBlobClient("mixed.tar").exists()).isTrue();
    }

    @Test
    void aTagThatIsTakenStaysWithoutOverwriteTagsAndMovesWithIt() throws Exception {
        String old =
                SmallImage.push(app.target(), "taken/web:1", "the old layer").digest();
        String wanted =
                SmallImage.push(app.source(), "taken/web:1", "the new layer").digest();
        SmallImage.push(app.source(), "taken/other:1", "a layer in good company");
        byte[] archive = app.archiveOf("plain", "taken.tar", "taken/web:1", "taken/other:1");

        Run kept = app.importOf("strict", "taken.tar", archive);

        app.assertFailed(
                kept,
                "tag 'taken/web:1' exists in registry "
                        + app.cloud().registry("target").loginServer(),
                old,
                wanted,
                "delete the tag, or add the option OverwriteTags to the pipeline");
        assertThat(app.target().tags("taken/other")).isEmpty();
        assertThat(digestAtTarget("taken/web", "1")).isEqualTo(old);

        Run moved = app.importOf("overwriting", "moved.tar", archive);

        app.assertSucceeded(moved);
        assertThat(digestAtTarget("taken/web", "1")).isEqualTo(wanted);
    }

    @Test
    void aTagThatIsRightAlreadyIsSkipped() throws Exception {
        SmallImage.push(app.source(), "same/web:1", "a layer that is everywhere");
        SmallImage.push(app.target(), "same/web:1", "a layer that is everywhere");
        byte[] archive = app.archiveOf("plain", "same.tar", "same/web:1");

        Run run = app.importOf("strict", "same.tar", archive);

        app.assertSucceeded(run);
        assertThat(run.artifacts())
                .extracting(Run.ArtifactResult::name, Run.ArtifactResult::outcome, Run.ArtifactResult::message)
                .containsExactly(tuple("same/web:1", "Skipped", "the target has it already"));
    }

    @Test
    void anArchiveIsDeletedAfterItsImportAndNotAfterAFailure() throws Exception {
        SmallImage.push(app.source(), "once/web:1", "a layer that travels once");
        byte[] archive = app.archiveOf("plain", "once.tar", "once/web:1");

        app.assertFailed(app.importOf("deleting", "bad.tar", flipped(archive, "a layer that travels once")), "damaged");
        assertThat(app.imports("deleting").getBlobClient("bad.tar").exists()).isTrue();

        app.assertSucceeded(app.importOf("deleting", "good.tar", archive));
        await().untilAsserted(() -> assertThat(
                        app.imports("deleting").getBlobClient("good.tar").exists())
                .isFalse());
        assertThat(app.target().tags("once/web")).containsExactly("1");
    }

    private static void assertNothingOfThePairIsTagged() throws IOException {
        assertThat(app.target().tags("pair/sound")).isEmpty();
        assertThat(app.target().tags("pair/broken")).isEmpty();
    }

    private static String digestAtTarget(String repository, String tag) throws IOException {
        return Digest.sha256Of(app.target().manifest(repository, tag).orElseThrow())
                .toString();
    }

    /** The archive with one bit of a content turned over. */
    private static byte[] flipped(byte[] archive, String content) {
        byte[] damaged = archive.clone();
        int at = new String(archive, StandardCharsets.ISO_8859_1).indexOf(content);
        assertThat(at).isPositive();
        damaged[at] ^= 1;
        return damaged;
    }
}
