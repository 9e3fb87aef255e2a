package io.transship.functions.arm.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.oci.Reference;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.preflight.Preflight;
import io.transship.core.pipeline.preflight.PreflightCheck;
import io.transship.core.pipeline.preflight.PreflightReport;
import io.transship.core.pipeline.preview.ArchiveInspection;
import io.transship.core.pipeline.preview.ArtifactPreview;
import io.transship.core.pipeline.preview.ExportPreview;
import io.transship.core.pipeline.preview.ImportPreview;
import io.transship.core.pipeline.preview.RunPreview;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.storage.BlobName;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmRequest;
import io.transship.functions.arm.Json;
import io.transship.functions.arm.PipelineResources.Verb;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What can be done with a pipeline before it is trusted: try every hop, or find out what a run would do. Thread-safe. */
public final class PipelineVerbs {

    private final Preflight preflight;
    private final ExportPreview exportPreview;
    private final ImportPreview importPreview;
    private final ArchiveVerbs archives;

    public PipelineVerbs(
            Preflight preflight,
            ExportPreview exportPreview,
            ImportPreview importPreview,
            ArchiveInspection inspection) {
        this.preflight = preflight;
        this.exportPreview = exportPreview;
        this.importPreview = importPreview;
        this.archives = new ArchiveVerbs(inspection);
    }

    /** All of them, by the last segment of the path. */
    public Map<String, Verb> byName() {
        return Map.of(
                "preflight", this::preflight,
                "plan", this::plan,
                "listArchives", archives::list,
                "contents", archives::contents);
    }

    /** The body is optional: {@code artifacts} or {@code repositories} whose rights are to be tried. */
    private ArmAnswer preflight(ArmRequest request, Pipeline pipeline) throws IOException {
        VerbBody body = VerbBody.of(request, "repositories", "artifacts");
        TreeSet<String> repositories = new TreeSet<>();
        for (String repository : body.texts("repositories")) {
            body.check(
                    "repositories",
                    () -> repositories.add(Reference.parse(repository + ":tag").repository()));
        }
        for (String artifact : body.texts("artifacts")) {
            body.check(
                    "artifacts",
                    () -> repositories.add(Reference.parse(artifact).repository()));
        }
        body.requireNoProblems();
        PreflightReport report = preflight.check(pipeline, List.copyOf(repositories));
        ObjectNode answer = Json.object();
        answer.put("verdict", label(report.verdict()));
        ArrayNode checks = answer.putArray("checks");
        for (PreflightCheck check : report.checks()) {
            ObjectNode node = checks.addObject()
                    .put("hop", check.hop().label())
                    .put("target", check.target())
                    .put("verdict", label(check.verdict()))
                    .put("message", check.message());
            if (!check.action().isEmpty()) {
                node.put("action", check.action());
            }
        }
        return ArmAnswer.of(200, answer);
    }

    private static String label(PreflightCheck.Verdict verdict) {
        String name = verdict.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    /** The body is what a run would be asked for: {@code artifacts} and {@code target}, or {@code source}. */
    private ArmAnswer plan(ArmRequest request, Pipeline pipeline) throws IOException {
        RunPreview preview = switch (pipeline) {
            case ExportPipeline export -> {
                VerbBody body = VerbBody.of(request, "artifacts", "target");
                List<String> artifacts = body.texts("artifacts");
                RunStarter.problemsOf(artifacts).forEach(body::problem);
                Optional<BlobName> archive = body.blob("target");
                body.requireNoProblems();
                yield exportPreview.of(export, artifacts, archive);
            }
            case ImportPipeline importer ->
                importPreview.of(importer, VerbBody.of(request, "source").archive());
        };
        return ArmAnswer.of(200, json(preview));
    }

    private static ObjectNode json(RunPreview preview) {
        ObjectNode answer = Json.object()
                .put("archiveBytes", preview.archiveBytes())
                .put("contents", preview.contents())
                .put("bytesToMove", preview.bytesToMove())
                .put("bytesSaved", preview.bytesSaved())
                .put("slices", preview.slices())
                .put("registryRequests", preview.registryRequests())
                .put("storageRequests", preview.storageRequests());
        ArrayNode problems = answer.putArray("problems");
        preview.problems().forEach(problems::add);
        ArrayNode artifacts = answer.putArray("artifacts");
        for (ArtifactPreview artifact : preview.artifacts()) {
            ObjectNode node = artifacts
                    .addObject()
                    .put("name", artifact.artifact())
                    .put("effect", artifact.effect().label());
            put(node, "digest", artifact.digest());
            put(node, "previousDigest", artifact.previousDigest());
            node.put("bytes", artifact.bytes()).put("bytesSaved", artifact.bytesSaved());
            put(node, "code", artifact.code());
            put(node, "message", artifact.message());
        }
        return answer;
    }

    private static void put(ObjectNode node, String name, @Nullable String value) {
        if (value != null) {
            node.put(name, value);
        }
    }
}
