package io.transship.core.storage;

/** Opens containers. Thread-safe. */
@FunctionalInterface
public interface BlobContainers {

    /** A container at this address; makes no request, so a wrong address or access shows at first use. */
    BlobContainer open(ContainerUri uri, StorageAccess access);
}
