package io.transship.azure.blob;

import com.azure.core.http.rest.Response;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.Block;
import com.azure.storage.blob.models.BlockBlobItem;
import com.azure.storage.blob.models.BlockList;
import com.azure.storage.blob.models.BlockListType;
import com.azure.storage.blob.models.DeleteSnapshotsOptionType;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.options.BlockBlobStageBlockOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import io.transship.core.content.ContentLink;
import io.transship.core.content.RangeSource;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StagedBlock;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.WriteMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A container over the SDK's clients, which retry by themselves. Thread-safe. */
final class AzureBlobContainer implements BlobContainer {

    private final ContainerUri uri;
    private final BlobContainerClient container;
    private final StorageErrors errors;
    private final CopyProof proof;
    private final BlockCopy copy;

    AzureBlobContainer(ContainerUri uri, BlobServiceClientBuilder builder, CopyProof proof, ServerSideCopies copies) {
        this.uri = uri;
        this.container = builder.buildClient().getBlobContainerClient(uri.container());
        this.errors = new StorageErrors(uri, proof.access());
        this.proof = proof;
        this.copy = new BlockCopy(copies, errors);
    }

    @Override
    public ContainerUri uri() {
        return uri;
    }

    @Override
    public Optional<BlobProperties> find(BlobName name) throws IOException {
        try {
            var found = call("read the properties of", name, () -> client(name).getProperties());
            return Optional.of(properties(
                    name, found.getBlobSize(), found.getETag(), found.getLastModified(), found.getMetadata()));
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.BLOB_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public RangeSource open(BlobProperties blob) {
        return new BlobRangeSource(
                container.getBlobClient(blob.name().value()), blob, subject(blob.name()), errors, proof);
    }

    @Override
    public List<BlobProperties> list(String prefix) throws IOException {
        ListBlobsOptions options =
                new ListBlobsOptions().setPrefix(prefix).setDetails(new BlobListDetails().setRetrieveMetadata(true));
        return errors.call(
                "list",
                "container '%s'".formatted(uri.container()),
                () -> container.listBlobs(options, null).stream()
                        .map(AzureBlobContainer::properties)
                        .toList());
    }

    @Override
    public void stageBlock(BlobName name, String id, byte[] data, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, data.length);
        // Neither form copies, and both can be sent again when a try fails.
        BinaryData body = length == data.length
                ? BinaryData.fromBytes(data)
                // A buffer's limit is taken for its length, hence the slice.
                : BinaryData.fromByteBuffer(
                        ByteBuffer.wrap(data, offset, length).slice());
        call(
                "stage a block of",
                name,
                () -> client(name)
                        .stageBlockWithResponse(
                                new BlockBlobStageBlockOptions(encodedId(id), body), null, Context.NONE));
    }

    @Override
    public boolean stageBlockFrom(BlobName name, String id, RangeSource source, long offset, int length)
            throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length());
        return source instanceof BlobRangeSource blob
                && copy.stage(client(name), subject(name), encodedId(id), blob, new BlobRange(offset, (long) length));
    }

    @Override
    public boolean stageBlockFrom(BlobName name, String id, ContentLink source, long offset, int length)
            throws IOException {
        return copy.stage(client(name), subject(name), encodedId(id), source, new BlobRange(offset, (long) length));
    }

    @Override
    public List<StagedBlock> stagedBlocks(BlobName name) throws IOException {
        return blocks("list the staged blocks of", name, BlockListType.UNCOMMITTED, BlockList::getUncommittedBlocks);
    }

    @Override
    public List<StagedBlock> committedBlocks(BlobName name) throws IOException {
        return blocks("list the blocks of", name, BlockListType.COMMITTED, BlockList::getCommittedBlocks);
    }

    private List<StagedBlock> blocks(
            String operation, BlobName name, BlockListType type, Function<BlockList, List<Block>> kind)
            throws IOException {
        try {
            return kind.apply(call(operation, name, () -> client(name).listBlocks(type))).stream()
                    .map(block -> new StagedBlock(decodedId(block.getName()), block.getSizeLong()))
                    .toList();
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.BLOB_NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public BlobProperties commit(BlobName name, List<String> blockIds, WriteMode mode, Map<String, String> metadata)
            throws IOException {
        List<String> ids = blockIds.stream().map(AzureBlobContainer::encodedId).toList();
        BlockBlobItem written = write(
                "commit the blocks of",
                name,
                mode,
                () -> client(name)
                        .commitBlockListWithResponse(
                                new BlockBlobCommitBlockListOptions(ids)
                                        .setMetadata(metadata)
                                        .setRequestConditions(conditions(mode)),
                                null,
                                Context.NONE));
        long length = call("read the properties of", name, () -> client(name).getProperties())
                .getBlobSize();
        // The ETag is the commit's own: if the blob was replaced since, a pinned read says so.
        return properties(name, length, written.getETag(), written.getLastModified(), metadata);
    }

    @Override
    public BlobProperties write(BlobName name, byte[] content, WriteMode mode, Map<String, String> metadata)
            throws IOException {
        BlockBlobItem written = write(
                "write",
                name,
                mode,
                () -> client(name)
                        .uploadWithResponse(
                                new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(content))
                                        .setMetadata(metadata)
                                        .setRequestConditions(conditions(mode)),
                                null,
                                Context.NONE));
        return properties(name, content.length, written.getETag(), written.getLastModified(), metadata);
    }

    @Override
    public void delete(BlobName name, String etag) throws IOException {
        try {
            call(
                    "delete",
                    name,
                    () -> client(name)
                            .deleteWithResponse(
                                    DeleteSnapshotsOptionType.INCLUDE,
                                    new BlobRequestConditions().setIfMatch(etag),
                                    null,
                                    Context.NONE));
        } catch (StorageException e) {
            boolean gone = e.kind() == StorageException.Kind.BLOB_NOT_FOUND
                    // Some services find an ETag unmet by a blob that is not there.
                    || (e.kind() == StorageException.Kind.CHANGED && find(name).isEmpty());
            if (!gone) {
                throw e;
            }
        }
    }

    /** Some services answer an unmet {@code If-None-Match: *} by 412 and not by 409. */
    private BlockBlobItem write(
            String operation, BlobName name, WriteMode mode, Supplier<Response<BlockBlobItem>> request)
            throws StorageException {
        try {
            return call(operation, name, request).getValue();
        } catch (StorageException e) {
            if (mode instanceof WriteMode.CreateNew && e.kind() == StorageException.Kind.CHANGED) {
                throw errors.alreadyExists(operation, subject(name));
            }
            throw e;
        }
    }

    private <T> T call(String operation, BlobName name, Supplier<T> request) throws StorageException {
        return errors.call(operation, subject(name), request);
    }

    private String subject(BlobName name) {
        return "blob '%s/%s'".formatted(uri.container(), name);
    }

    private BlockBlobClient client(BlobName name) {
        return container.getBlobClient(name.value()).getBlockBlobClient();
    }

    private static BlobRequestConditions conditions(WriteMode mode) {
        return switch (mode) {
            case WriteMode.CreateNew unused -> new BlobRequestConditions().setIfNoneMatch("*");
            case WriteMode.Overwrite unused -> new BlobRequestConditions();
            case WriteMode.Replace replace -> new BlobRequestConditions().setIfMatch(replace.etag());
        };
    }

    private static BlobProperties properties(BlobItem item) {
        return properties(
                new BlobName(item.getName()),
                item.getProperties().getContentLength(),
                item.getProperties().getETag(),
                item.getProperties().getLastModified(),
                item.getMetadata());
    }

    private static BlobProperties properties(
            BlobName name,
            long length,
            String etag,
            OffsetDateTime lastModified,
            @Nullable Map<String, String> metadata) {
        Map<String, String> lowerCase = metadata == null
                ? Map.of()
                : metadata.entrySet().stream()
                        .collect(Collectors.toMap(
                                entry -> entry.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue, (a, b) -> a));
        return new BlobProperties(name, length, quoted(etag), lastModified.toInstant(), lowerCase);
    }

    /** A listing gives ETags without the quotes that a header has. */
    private static String quoted(String etag) {
        return etag.startsWith("\"") ? etag : '"' + etag + '"';
    }

    private static String encodedId(String id) {
        return Base64.getEncoder().encodeToString(id.getBytes(StandardCharsets.US_ASCII));
    }

    /** Blocks of other tools may have any bytes in their ids; no byte is lost, so theirs never equals one of ours. */
    private static String decodedId(String id) {
        return new String(Base64.getDecoder().decode(id), StandardCharsets.ISO_8859_1);
    }
}
