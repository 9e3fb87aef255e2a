package io.transship.core.transfer.artifact;

import io.transship.core.archive.Archive;
import io.transship.core.registry.Registry;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactImport.TagMode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** An import from its plan to its seal, by one worker. */
public final class WholeImport {

    private static final Deadline NEVER = Deadline.in(Duration.ofDays(1), Clock.systemUTC());

    private WholeImport() {}

    /** Imports all that an archive holds; no tag may move. */
    public static void into(Registry registry, BlobContainer container, BlobName name, TransferSettings settings)
            throws IOException {
        Archive archive = Archive.open(container.open(container.find(name).orElseThrow()));
        ArtifactImport planned = new ArtifactImport(archive, registry, TagMode.KEEP, OnError.STOP);
        ArtifactImport importer = planned.having(planned.plan());
        for (Slice slice : ArtifactImport.slices(archive.contents(), settings)) {
            importer.move(settings, slice.number(), NEVER, TransferListener.NONE);
        }
        importer.seal(Map.of(), Set.of(), CommitPoint.OPEN);
    }
}
