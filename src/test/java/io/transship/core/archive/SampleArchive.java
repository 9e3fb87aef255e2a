package io.transship.core.archive;

import io.transship.core.content.ContentGraph;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import java.io.IOException;
import java.util.List;

/** An archive with two artifacts that share contents, one that is missing, and an empty layer. */
abstract class SampleArchive {

    final SampleArtifacts samples = new SampleArtifacts();

    /** What {@code team/app:v2} consists of. */
    final ContentGraph index;

    final ArchivePlan plan;
    final byte[] bytes;

    SampleArchive() throws IOException {
        Descriptor base = samples.layer(1, 3000);
        Descriptor sha512 = samples.blob(Digest.Algorithm.SHA512, MediaType.OCI_LAYER, SampleArtifacts.random(4, 1000));
        ContentGraph one = samples.image("one", base, samples.layer(2, 512));
        index = samples.index(one, samples.image("two", base, sha512, samples.layer(6, 0)));
        plan = ArchivePlanner.plan(
                "source.example.com",
                List.of(
                        new PlannedArtifact("team/app", List.of("v2"), index),
                        new PlannedArtifact("other", List.of(), one)),
                List.of(new MissingArtifact("team/app:v9", "ArtifactNotFound", "not found")));
        bytes = samples.archive(plan);
    }
}
