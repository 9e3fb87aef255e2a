package io.transship.core.transfer.artifact;

import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchiveFormatException;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.StreamSupplier;
import io.transship.core.oci.Descriptor;
import io.transship.core.registry.Repository;
import io.transship.core.storage.StorageException;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.TransferCanceledException;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Makes one content of an archive present in all repositories of the target that need it, sending it once at most. */
final class ContentPlacement {

    private final Archive archive;
    private final Function<String, Repository> repositories;
    private final Deadline deadline;
    private final TransferListener listener;

    ContentPlacement(
            Archive archive, Function<String, Repository> repositories, Deadline deadline, TransferListener listener) {
        this.archive = archive;
        this.repositories = repositories;
        this.deadline = deadline;
        this.listener = listener;
    }

    void place(ArchivedContent content) throws IOException {
        Descriptor blob = content.descriptor();
        List<Repository> with = new ArrayList<>();
        List<Repository> without = new ArrayList<>();
        try {
            for (String name : content.repositories()) {
                Repository repository = repositories.apply(name);
                (repository.has(blob) ? with : without).add(repository);
            }
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "looking for content at the", e);
        }
        boolean found = !with.isEmpty();
        if (found) {
            listener.saved(blob.size());
        }
        for (Repository repository : without) {
            if (with.isEmpty() || !isMounted(blob, repository, with.getFirst())) {
                upload(content, repository);
                if (with.isEmpty()) {
                    listener.arrived(blob.size());
                }
            }
            with.add(repository);
        }
        listener.placed(blob.digest(), !found);
    }

    private static boolean isMounted(Descriptor blob, Repository repository, Repository from) throws IOException {
        try {
            return repository.mount(blob, from.name());
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "mounting content at the", e);
        }
    }

    private void upload(ArchivedContent content, Repository repository) throws IOException {
        try {
            repository.put(
                    content.descriptor(),
                    StreamSupplier.verified(() -> new WatchedInputStream(archive.open(content), deadline, listener)));
        } catch (TransferCanceledException e) {
            throw e;
        } catch (ContentMismatchException | ArchiveFormatException | StorageException e) {
            throw TransferException.at(Side.SOURCE, "reading the archive at the", e);
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "sending content to the", e);
        }
    }
}
