package io.transship.core.transfer.artifact;

import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchivedArtifact;
import io.transship.core.content.ContentGraph;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.InvalidManifestException;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Reference;
import io.transship.core.registry.Repository;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Fanout;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.artifact.ArtifactOutcome.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes imported artifacts appear: manifests first, children before parents, and the tags last, when everything they stand for
 * is there. Thread-safe.
 */
final class ArtifactSeal {

    private static final int PARALLEL_ARTIFACTS = 8;

    private final Archive archive;
    private final Function<String, Repository> repositories;
    private final ImportChecks checks;
    private final OnError onError;

    ArtifactSeal(Archive archive, Function<String, Repository> repositories, ImportChecks checks, OnError onError) {
        this.archive = archive;
        this.repositories = repositories;
        this.checks = checks;
        this.onError = onError;
    }

    List<ArtifactOutcome> seal(Map<Digest, String> broken, ByteShares shares, CommitPoint point) throws IOException {
        List<Ready> ready = Fanout.map(
                archive.contents().artifacts(), PARALLEL_ARTIFACTS, artifact -> storeChildren(artifact, broken));
        if (onError == OnError.STOP) {
            // Someone may have tagged since the plan was made; no tag moves if one of them must not.
            checks.requireTagsFree();
        }
        point.pass();
        List<List<ArtifactOutcome>> outcomes = Fanout.map(ready, PARALLEL_ARTIFACTS, this::tag);
        List<ArtifactOutcome> all = new ArrayList<>();
        for (int i = 0; i < ready.size(); i++) {
            for (ArtifactOutcome outcome : outcomes.get(i)) {
                ByteShares.Share share = outcome.status() == Status.FAILED
                        ? ByteShares.Share.NONE
                        : shares.of(ready.get(i).blobs());
                all.add(outcome.with(share));
            }
        }
        return all;
    }

    /**
     * An artifact whose manifests are stored, but for its root.
     *
     * @param root empty if it cannot be tagged
     */
    private record Ready(
            ArchivedArtifact artifact,
            Optional<Manifest> root,
            List<Descriptor> blobs,
            FailureCode code,
            String failure) {

        static Ready of(ArchivedArtifact artifact, ContentGraph graph) {
            return new Ready(artifact, Optional.of(graph.root()), graph.blobs(), FailureCode.REGISTRY_REFUSED, "");
        }

        static Ready failed(ArchivedArtifact artifact, FailureCode code, String failure) {
            return new Ready(artifact, Optional.empty(), List.of(), code, failure);
        }
    }

    private Ready storeChildren(ArchivedArtifact artifact, Map<Digest, String> broken) throws IOException {
        Repository repository = repositories.apply(artifact.repository());
        ContentGraph graph;
        try {
            graph = checks.graph(artifact);
        } catch (InvalidManifestException e) {
            return failed(artifact, e);
        }
        if (checks.isPresent(artifact)) {
            return Ready.of(artifact, graph);
        }
        for (Map.Entry<Digest, String> content : broken.entrySet()) {
            if (graph.digests().contains(content.getKey())) {
                return Ready.failed(artifact, FailureCode.CONTENT_DAMAGED, content.getValue());
            }
        }
        try {
            for (Descriptor blob : checks.lacking(graph)) {
                if (!repository.has(blob)) {
                    return Ready.failed(artifact, FailureCode.CONTENT_MISSING, ImportChecks.lacks(blob, artifact));
                }
            }
            for (Manifest manifest : graph.manifests()) {
                if (!manifest.descriptor().digest().equals(artifact.root().digest())) {
                    repository.putManifest(
                            manifest, manifest.descriptor().digest().toString());
                }
            }
        } catch (IOException e) {
            return failed(artifact, e);
        }
        return Ready.of(artifact, graph);
    }

    private Ready failed(ArchivedArtifact artifact, IOException e) throws IOException {
        if (onError == OnError.STOP || TransferException.isTransient(e)) {
            throw TransferException.at(Side.TARGET, "storing '%s' at the".formatted(artifact.repository()), e);
        }
        return Ready.failed(artifact, FailureCode.of(e), String.valueOf(e.getMessage()));
    }

    private List<ArtifactOutcome> tag(Ready ready) throws IOException {
        ArchivedArtifact artifact = ready.artifact();
        Repository repository = repositories.apply(artifact.repository());
        String digest = artifact.root().digest().toString();
        List<ArtifactOutcome> outcomes = new ArrayList<>();
        for (Reference reference : artifact.references()) {
            String name = reference.toString();
            if (ready.root().isEmpty()) {
                outcomes.add(ArtifactOutcome.failed(name, digest, ready.code(), ready.failure()));
                continue;
            }
            if (checks.isPresent(artifact)) {
                outcomes.add(skipped(name, digest));
                continue;
            }
            try {
                // Someone may have tagged a moment ago. A tag that may be moved needs no look.
                Optional<Descriptor> present =
                        checks.keepsTags() ? repository.resolve(reference.tagOrDigest()) : Optional.empty();
                if (present.isEmpty()) {
                    repository.putManifest(ready.root().get(), reference.tagOrDigest());
                    outcomes.add(new ArtifactOutcome(name, Status.SUCCEEDED, digest, null, null, 0, 0));
                } else if (present.get().digest().equals(artifact.root().digest())) {
                    outcomes.add(skipped(name, digest));
                } else {
                    outcomes.add(ArtifactOutcome.failed(
                            name,
                            digest,
                            FailureCode.TAG_EXISTS,
                            checks.taken(reference, present.get(), artifact.root())));
                }
            } catch (IOException e) {
                Ready failure = failed(artifact, e);
                outcomes.add(ArtifactOutcome.failed(name, digest, failure.code(), failure.failure()));
            }
        }
        return outcomes;
    }

    private static ArtifactOutcome skipped(String name, String digest) {
        return new ArtifactOutcome(name, Status.SKIPPED, digest, null, "the target has it already", 0, 0);
    }
}
