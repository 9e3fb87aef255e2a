package io.transship.functions.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobCreatedTest {

    private static final String DATA = """
            "data":{"api":"PutBlockList","eTag":"0x8D4BCC2E4835CD0","contentType":"application/x-tar",
                    "contentLength":524288,"blobType":"BlockBlob",
                    "url":"https://example.blob.core.windows.net/transfer/a%20b.tar","sequencer":"0"}""";

    @Test
    void readsEventGridsSchema() {
        BlobCreated created = BlobCreated.parse("""
                {"topic":"/subscriptions/s","subject":"/blobServices/default/containers/transfer/blobs/a b.tar",
                 "eventType":"Microsoft.Storage.BlobCreated","id":"1","dataVersion":"","metadataVersion":"1",
                 "eventTime":"2026-03-01T12:00:00.1234567Z",%s}""".formatted(DATA));

        assertThat(created)
                .isEqualTo(new BlobCreated(
                        BlobCreated.TYPE,
                        "PutBlockList",
                        URI.create("https://example.blob.core.windows.net/transfer/a%20b.tar"),
                        "0x8D4BCC2E4835CD0",
                        "BlockBlob",
                        Instant.parse("2026-03-01T12:00:00.1234567Z")));
    }

    @Test
    void readsCloudEvents() {
        BlobCreated created = BlobCreated.parse("""
                {"specversion":"1.0","source":"/subscriptions/s","id":"1","type":"Microsoft.Storage.BlobCreated",
                 "time":"2026-03-01T12:00:00Z",%s}""".formatted(DATA));

        assertThat(created.type()).isEqualTo(BlobCreated.TYPE);
        assertThat(created.etag()).isEqualTo("0x8D4BCC2E4835CD0");
        assertThat(created.time()).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
    }

    @Test
    void prefersTheBlobAddressWhereTheEventNamesAnother() {
        BlobCreated created = BlobCreated.parse("""
                {"eventType":"Microsoft.Storage.BlobCreated","eventTime":"2026-03-01T12:00:00Z",
                 "data":{"api":"FlushWithClose","eTag":"0x1","url":"https://a.dfs.core.windows.net/c/b",
                         "blobUrl":"https://a.blob.core.windows.net/c/b"}}""");

        assertThat(created.blob()).isEqualTo(URI.create("https://a.blob.core.windows.net/c/b"));
    }

    @Test
    void refusesAnAddressWithAQueryWithoutShowingIt() {
        assertThatThrownBy(() -> BlobCreated.parse("""
                        {"eventType":"Microsoft.Storage.BlobCreated","eventTime":"2026-03-01T12:00:00Z",
                         "data":{"api":"PutBlob","eTag":"0x1","url":"https://a.blob.core.windows.net/c/b?sig=hush"}}"""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has a query")
                .hasMessageNotContaining("hush");
    }

    @Test
    void letsEventsOfOtherTypesThroughToBeIgnored() {
        assertThat(BlobCreated.parse("""
                        {"eventType":"Microsoft.Storage.BlobDeleted","eventTime":"2026-03-01T12:00:00Z","data":{}}""").type()).isEqualTo("Microsoft.Storage.BlobDeleted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "{}",
                "{\"eventType\":\"Microsoft.Storage.BlobCreated\",\"eventTime\":\"2026-03-01T12:00:00Z\"}",
                "{\"eventType\":\"Microsoft.Storage.BlobCreated\",\"eventTime\":\"noon\",\"data\":{\"url\":\"https://a/b/c\",\"eTag\":\"0x1\"}}"
            })
    void refusesWhatNamesNoBlob(String event) {
        assertThatThrownBy(() -> BlobCreated.parse(event)).isInstanceOf(IllegalArgumentException.class);
    }
}
