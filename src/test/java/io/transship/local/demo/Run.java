package io.transship.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A pipeline run as the app shows it.
 *
 * @param state the resource's {@code provisioningState}
 * @param status of the work, finer than the state
 * @param message why it failed, or empty
 * @param blobName the archive that it writes or reads, or empty
 */
public record Run(
        String name,
        String state,
        String status,
        String message,
        String blobName,
        Progress progress,
        List<ArtifactResult> artifacts) {

    private static final Set<String> FINAL = Set.of("succeeded", "failed", "canceled");

    public Run {
        artifacts = List.copyOf(artifacts);
    }

    /**
     * How far it is; zero where the app says nothing.
     *
     * @param bytesSent over all attempts, so more than the total if some had to be sent again
     * @param bytesCopied that the target's storage fetched by itself
     * @param leg {@code export}, {@code relay} or {@code import}, or empty
     */
    public record Progress(
            double percentage,
            long bytesDone,
            long bytesTotal,
            long bytesSent,
            long bytesCopied,
            int slicesDone,
            int slicesTotal,
            int artifactsDone,
            int artifactsTotal,
            String leg) {}

    /** What became of one artifact. */
    public record ArtifactResult(String name, String outcome, String digest, String message) {}

    static Run parse(JsonNode resource) {
        JsonNode properties = resource.path("properties");
        JsonNode response = properties.path("response");
        JsonNode progress = response.path("progress");
        List<ArtifactResult> artifacts = new ArrayList<>();
        for (JsonNode artifact : response.path("artifacts")) {
            artifacts.add(new ArtifactResult(
                    artifact.path("name").asText(),
                    artifact.path("outcome").asText(),
                    artifact.path("digest").asText(),
                    artifact.path("message").asText("")));
        }
        return new Run(
                resource.path("name").asText(),
                properties.path("provisioningState").asText(),
                response.path("status").asText(),
                response.path("pipelineRunErrorMessage").asText(""),
                blobName(properties.path("request")),
                new Progress(
                        progress.path("percentage").asDouble(),
                        progress.path("bytesDone").asLong(),
                        progress.path("bytesTotal").asLong(),
                        progress.path("bytesSent").asLong(),
                        progress.path("bytesCopied").asLong(),
                        progress.path("slicesDone").asInt(),
                        progress.path("slicesTotal").asInt(),
                        progress.path("artifactsDone").asInt(),
                        progress.path("artifactsTotal").asInt(),
                        progress.path("leg").asText("")),
                artifacts);
    }

    /** Nothing will change any more. */
    public boolean isFinished() {
        return FINAL.contains(state.toLowerCase(Locale.ROOT));
    }

    /** It did all it was asked for. */
    public boolean isSuccess() {
        return state.equalsIgnoreCase("Succeeded") && !status.equalsIgnoreCase("Failed");
    }

    private static String blobName(JsonNode request) {
        String target = request.at("/target/name").asText("");
        return target.isEmpty() ? request.at("/source/name").asText("") : target;
    }
}
