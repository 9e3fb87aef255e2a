package io.transship.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class InMemoryBlobContainerTest extends BlobContainerContract {

    private final Map<URI, byte[]> elsewhere = new ConcurrentHashMap<>();

    @Override
    protected BlobContainer emptyContainer() {
        return new InMemoryBlobContainer().fetching().fetchingFrom(elsewhere::get);
    }

    @Override
    protected List<URI> addresses(byte[] content) {
        URI address = URI.create("https://storage.test/content");
        elsewhere.put(address, content);
        return List.of(URI.create("https://storage.test/content?too=old"), address);
    }

    @Override
    protected boolean fetchesBlocks() {
        return true;
    }

    @Override
    protected BlobContainer missingContainer() {
        return InMemoryBlobContainer.missing(new InMemoryBlobContainer().uri()).fetching();
    }

    @Test
    void countsWhatItIsAskedAndLetsAnswersGetLost() throws IOException {
        InMemoryBlobContainer memory = new InMemoryBlobContainer();
        BlobName name = new BlobName("a");
        BlobContainer failing = new FailingBlobContainer(memory, (moment, operation, subject) -> {
            if (moment == FailingBlobContainer.Moment.AFTER && operation == BlobOperation.WRITE) {
                throw new StorageException(StorageException.Kind.UNAVAILABLE, "answer lost");
            }
        });

        assertRefused(
                StorageException.Kind.UNAVAILABLE,
                () -> failing.write(name, new byte[1], WriteMode.CREATE_NEW, Map.of()));

        assertThat(failing.find(name)).isPresent();
        assertThat(memory.count(BlobOperation.WRITE)).isEqualTo(1);
        assertThat(memory.count(BlobOperation.DELETE)).isZero();
    }
}
