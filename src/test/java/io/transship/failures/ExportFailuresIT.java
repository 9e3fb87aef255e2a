package io.transship.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.transship.local.MorePipelines;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.SmallImage;
import io.transship.local.demo.Run;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export that is asked for what there is not, or for what may not be. */
class ExportFailuresIT {

    private static final String NO_DIGEST = "sha256:" + "0".repeat(64);

    private static TestedApp app;

    @BeforeAll
    static void startApp(@TempDir Path directory) throws IOException {
        app = TestedApp.start(
                directory,
                new MorePipelines()
                        .exporting("source", "strict")
                        .exporting("source", "overwriting", "OverwriteBlobs")
                        .exporting("source", "lenient", "ContinueOnErrors")
                        .importing("target", "arriving"));
        SmallImage.push(app.source(), "shop/web:1", "a layer");
    }

    @AfterAll
    static void stopApp() throws IOException {
        app.close();
    }

    @Test
    void anUnknownRepositoryTagAndDigestAreNamedInOneMessage() throws Exception {
        Run run =
                app.export("strict", "unknown.tar", "shop/none:1", "shop/web:9", "shop/web@" + NO_DIGEST, "shop/web:1");

        app.assertFailed(
                run,
                "3 of 4 artifacts cannot be exported",
                "shop/none",
                "shop/web:9",
                NO_DIGEST,
                "check the name and the tag or digest");
        assertThat(app.archives("strict")).doesNotContain("unknown.tar");
    }

    @Test
    void everythingWrongInARequestIsAnsweredAtOnce() throws Exception {
        HttpResponse<String> answer = app.client().tryExport("""
                        {"pipeline":"strict","artifacts":["Shop/Web:1","shop/web@sha256:12"],"blobNames":"x.tar","name":"a b"}
                        """);

        app.assertRefused(answer, 400, "InvalidRequest");
        assertThat(answer.body())
                .contains(
                        "the request has 4 problems",
                        "\"target\":\"blobNames\",\"message\":\"is not known",
                        "Shop/Web",
                        "sha256:12",
                        "a b")
                .contains("\"details\"");
    }

    @Test
    void aBodyThatIsNotJsonIsRefusedWithTheReason() throws Exception {
        HttpResponse<String> answer = app.client().tryExport("pipeline=strict");

        app.assertRefused(answer, 400, "InvalidRequest");
        assertThat(answer.body())
                .contains(
                        "the body is not valid JSON at line 1, column 1", "send JSON with 'pipeline' and 'artifacts'");
    }

    @Test
    void anUnknownPipelineIsNotFoundAndThoseThatExistAreListed() throws Exception {
        HttpResponse<String> answer =
                app.client().tryExport("{\"pipeline\":\"nowhere\",\"artifacts\":[\"shop/web:1\"]}");

        app.assertRefused(answer, 404, "PipelineNotFound");
        assertThat(answer.body()).contains("'nowhere'", "exportPipelines/strict", "TRANSSHIP_PIPELINES");
    }

    @Test
    void theSameRequestAgainIsTheSameRunAndAnotherOfItsNameAConflict() throws Exception {
        String body =
                "{\"pipeline\":\"overwriting\",\"artifacts\":[\"%s\"],\"name\":\"nightly\",\"blobName\":\"nightly.tar\"}";
        HttpResponse<String> first = app.client().tryExport(body.formatted("shop/web:1"));
        HttpResponse<String> again = app.client().tryExport(body.formatted("shop/web:1"));
        HttpResponse<String> other = app.client().tryExport(body.formatted("shop/web:2"));

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
        assertThat(again.headers().firstValue("Location"))
                .isPresent()
                .isEqualTo(first.headers().firstValue("Location"));
        app.assertRefused(other, 409, "RunExists");
        assertThat(other.body()).contains("run 'nightly' exists", "name the new run differently");
    }

    @Test
    void anArchiveThatExistsStaysAsItIsWithoutOverwriteBlobs() throws Exception {
        byte[] archive = app.archiveOf("strict", "taken.tar", "shop/web:1");
        SmallImage.push(app.source(), "shop/web:2", "another layer");

        Run run = app.export("strict", "taken.tar", "shop/web:2");

        app.assertFailed(run, "blob 'taken.tar' exists in container", "/strict'", "OverwriteBlobs");
        assertThat(app.exports("strict")
                        .getBlobClient("taken.tar")
                        .downloadContent()
                        .toBytes())
                .isEqualTo(archive);
    }

    @Test
    void anExportThatContinuesOnErrorsSaysWhatIsMissingAndItsArchiveCanBeImported() throws Exception {
        Run exported = app.export("lenient", "partial.tar", "shop/web:1", "shop/gone:1");

        assertThat(exported.state()).as(exported.message()).isEqualTo("Succeeded");
        assertThat(exported.message()).contains("1 of 2 artifacts failed", "shop/gone:1");
        assertThat(exported.artifacts())
                .extracting(Run.ArtifactResult::name, Run.ArtifactResult::outcome)
                .containsExactlyInAnyOrder(tuple("shop/web:1", "Succeeded"), tuple("shop/gone:1", "Failed"));
        assertThat(exported.artifacts())
                .filteredOn(artifact -> artifact.outcome().equals("Failed"))
                .allSatisfy(artifact -> assertThat(artifact.message()).contains("shop/gone", "404"));
        byte[] archive = app.exports("lenient")
                .getBlobClient("partial.tar")
                .downloadContent()
                .toBytes();
        assertThat(new String(archive, StandardCharsets.ISO_8859_1)).contains("\"missing\"");

        Run imported = app.importOf("arriving", "partial.tar", archive);

        assertThat(imported.state()).as(imported.message()).isEqualTo("Succeeded");
        assertThat(app.target().tags("shop/web")).contains("1");
        assertThat(app.target().tags("shop/gone")).isEmpty();
    }
}
