package io.transship.functions.arm.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.preview.ArchiveInspection;
import io.transship.core.pipeline.preview.ArchiveListing;
import io.transship.core.pipeline.preview.ArchiveListing.ListedArtifact;
import io.transship.core.storage.BlobProperties;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmRequest;
import io.transship.functions.arm.Json;
import java.io.IOException;
import java.util.TreeMap;

/** Looks into a pipeline's container. Thread-safe. */
final class ArchiveVerbs {

    /** Blobs that are listed; who looks for an older one knows its name. */
    private static final int MOST = 200;

    private final ArchiveInspection inspection;

    ArchiveVerbs(ArchiveInspection inspection) {
        this.inspection = inspection;
    }

    /** No body: the blobs of the container, the newest first. */
    ArmAnswer list(ArmRequest request, Pipeline pipeline) throws IOException {
        VerbBody.of(request).requireNoProblems();
        ObjectNode answer = Json.object();
        ArrayNode value = answer.putArray("value");
        for (BlobProperties blob : inspection.archives(pipeline, MOST)) {
            value.addObject()
                    .put("name", blob.name().value())
                    .put("bytes", blob.length())
                    .put("lastModified", blob.lastModified().toString());
        }
        return ArmAnswer.of(200, answer);
    }

    /** The body names the archive, as a run would: {@code source.name}. */
    ArmAnswer contents(ArmRequest request, Pipeline pipeline) throws IOException {
        ArchiveListing listing =
                inspection.contents(pipeline, VerbBody.of(request, "source").archive());
        ObjectNode answer = Json.object();
        if (!listing.sourceRegistry().isEmpty()) {
            answer.put("sourceRegistry", listing.sourceRegistry());
        }
        answer.put("archiveBytes", listing.archiveBytes()).put("contents", listing.contents());
        ArrayNode artifacts = answer.putArray("artifacts");
        for (ListedArtifact artifact : listing.artifacts()) {
            ObjectNode node = artifacts
                    .addObject()
                    .put("name", artifact.name())
                    .put("digest", artifact.digest())
                    .put("type", artifact.type());
            artifact.platforms().forEach(node.putArray("platforms")::add);
            node.put("bytes", artifact.bytes()).put("contents", artifact.contents());
        }
        ArrayNode missing = answer.putArray("missing");
        new TreeMap<>(listing.missing())
                .forEach((name, reason) -> missing.addObject().put("name", name).put("message", reason));
        listing.problems().forEach(answer.putArray("problems")::add);
        return ArmAnswer.of(200, answer);
    }
}
