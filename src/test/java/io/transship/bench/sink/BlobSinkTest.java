package io.transship.bench.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.BlockListType;
import com.azure.storage.blob.models.DeleteSnapshotsOptionType;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink as the SDK sees it. What it says is what Blob Storage says, as far as anybody here asks. */
class BlobSinkTest {

    @TempDir
    private Path directory;

    private BlobSink sink;
    private BlobContainerClient container;

    @BeforeEach
    void start() throws IOException {
        sink = BlobSink.start(directory);
        container = new BlobServiceClientBuilder()
                .connectionString(
                        "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=%s;BlobEndpoint=http://127.0.0.1:%d/a;"
                                .formatted(Base64.getEncoder().encodeToString(new byte[64]), sink.port()))
                .buildClient()
                .getBlobContainerClient("c");
        container.create();
    }

    @AfterEach
    void stop() throws IOException {
        sink.close();
    }

    @Test
    void blocksBecomeABlobInTheOrderOfTheList() {
        stage("one.tar", "1", "Hello, ");
        stage("one.tar", "2", "world");
        stage("one.tar", "3", "never");
        assertThat(container.listBlobs()).isEmpty();
        assertThat(blocks("one.tar")).hasSize(3);
        commit("one.tar", "2", "1", "2");
        assertThat(text("one.tar")).isEqualTo("worldHello, world");
        assertThat(blocks("one.tar")).isEmpty();
    }

    @Test
    void aBlockThatIsStagedTwiceIsTheLaterOne() {
        stage("one.tar", "1", "the longer text");
        stage("one.tar", "1", "short");
        commit("one.tar", "1");
        assertThat(text("one.tar")).isEqualTo("short");
    }

    @Test
    void aListWithAnUnknownBlockIsRefused() {
        stage("one.tar", "1", "x");
        refused(400, "InvalidBlockList", () -> commit("one.tar", "1", "2"));
    }

    @Test
    void metadataAndETagStayWithTheBlob() {
        stage("a/b.tar", "1", "x");
        String etag = blob("a/b.tar")
                .getBlockBlobClient()
                .commitBlockListWithResponse(
                        new BlockBlobCommitBlockListOptions(List.of(id("1"))).setMetadata(Map.of("transshipseal", "s")),
                        null,
                        Context.NONE)
                .getValue()
                .getETag();
        var properties = blob("a/b.tar").getProperties();
        assertThat(properties.getETag()).isEqualTo(etag);
        assertThat(properties.getMetadata()).containsEntry("transshipseal", "s");
        assertThat(properties.getBlobSize()).isEqualTo(1);
        var listed = container.listBlobs(
                new ListBlobsOptions().setPrefix("a/").setDetails(new BlobListDetails().setRetrieveMetadata(true)),
                null);
        assertThat(listed).singleElement().satisfies(item -> {
            assertThat(item.getName()).isEqualTo("a/b.tar");
            assertThat(item.getMetadata()).containsEntry("transshipseal", "s");
            assertThat(item.getProperties().getContentLength()).isEqualTo(1);
        });
    }

    @Test
    void aRangeIsReadAcrossBlocks() {
        stage("one.tar", "1", "0123");
        stage("one.tar", "2", "4567");
        stage("one.tar", "3", "89");
        commit("one.tar", "1", "2", "3");
        assertThat(range("one.tar", 3, 5L)).isEqualTo("34567");
        assertThat(range("one.tar", 4, 4L)).isEqualTo("4567");
        assertThat(range("one.tar", 8, 100L)).isEqualTo("89");
        refused(416, "InvalidRange", () -> range("one.tar", 10, 1L));
    }

    @Test
    void whatIsThereIsNotOverwrittenIfItMustNotBe() {
        upload("one.tar", "first", new BlobRequestConditions());
        refused(
                409,
                "BlobAlreadyExists",
                () -> upload("one.tar", "second", new BlobRequestConditions().setIfNoneMatch("*")));
        stage("one.tar", "1", "third");
        refused(
                409,
                "BlobAlreadyExists",
                () -> blob("one.tar")
                        .getBlockBlobClient()
                        .commitBlockListWithResponse(
                                new BlockBlobCommitBlockListOptions(List.of(id("1")))
                                        .setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*")),
                                null,
                                Context.NONE));
        assertThat(text("one.tar")).isEqualTo("first");
    }

    @Test
    void onlyTheVersionThatIsMeantIsReplacedReadOrDeleted() {
        upload("one.tar", "first", new BlobRequestConditions());
        String old = blob("one.tar").getProperties().getETag();
        BlobRequestConditions ifOld = new BlobRequestConditions().setIfMatch(old);
        upload("one.tar", "second", ifOld);
        refused(412, "ConditionNotMet", () -> upload("one.tar", "third", ifOld));
        refused(
                412,
                "ConditionNotMet",
                () -> blob("one.tar")
                        .downloadStreamWithResponse(
                                new ByteArrayOutputStream(), null, null, ifOld, false, null, Context.NONE));
        refused(
                412,
                "ConditionNotMet",
                () -> blob("one.tar").deleteWithResponse(DeleteSnapshotsOptionType.INCLUDE, ifOld, null, Context.NONE));
        assertThat(text("one.tar")).isEqualTo("second");
        refused(412, "ConditionNotMet", () -> upload("none.tar", "x", ifOld));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        refused(404, "BlobNotFound", () -> text("none.tar"));
        assertThat(blob("none.tar").exists()).isFalse();
        refused(404, "BlobNotFound", () -> blob("none.tar").getBlockBlobClient().listBlocks(BlockListType.ALL));
        blob("none.tar").deleteIfExists();
        container.delete();
        refused(404, "ContainerNotFound", () -> stage("one.tar", "1", "x"));
    }

    @Test
    void aContainerMadeAnewIsEmptyAndItsBlobsAreWhole() {
        upload("one.tar", "a long text that stays behind in the file", new BlobRequestConditions());
        container.delete();
        container.create();
        assertThat(container.listBlobs()).isEmpty();
        refused(409, "ContainerAlreadyExists", () -> container.create());
        upload("two.tar", "short", new BlobRequestConditions());
        assertThat(text("two.tar")).isEqualTo("short");
    }

    private static void refused(int status, String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(BlobStorageException.class, e -> {
            assertThat(e.getStatusCode()).isEqualTo(status);
            assertThat(e.getErrorCode()).hasToString(code);
        });
    }

    private BlobClient blob(String name) {
        return container.getBlobClient(name);
    }

    private void stage(String name, String id, String text) {
        blob(name).getBlockBlobClient().stageBlock(id(id), BinaryData.fromString(text));
    }

    private List<?> blocks(String name) {
        return blob(name)
                .getBlockBlobClient()
                .listBlocks(BlockListType.UNCOMMITTED)
                .getUncommittedBlocks();
    }

    private void commit(String name, String... ids) {
        blob(name)
                .getBlockBlobClient()
                .commitBlockList(List.of(ids).stream().map(BlobSinkTest::id).toList(), true);
    }

    private void upload(String name, String text, BlobRequestConditions conditions) {
        blob(name)
                .getBlockBlobClient()
                .uploadWithResponse(
                        new BlockBlobSimpleUploadOptions(BinaryData.fromString(text)).setRequestConditions(conditions),
                        null,
                        Context.NONE);
    }

    private String text(String name) {
        return blob(name).downloadContent().toString();
    }

    private String range(String name, long offset, long count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        blob(name).downloadStreamWithResponse(out, new BlobRange(offset, count), null, null, false, null, Context.NONE);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String id(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
