package io.transship.azure.blob;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobServiceVersion;
import com.azure.storage.blob.models.BlobStorageException;
import io.transship.core.content.RangeSource;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A version of a stored blob, read by range: one GET with {@code If-Match} for each open, pulled as the reader goes, in
 * memory that does not depend on the range's length.
 *
 * <p>The request goes through the client's own pipeline, which signs it and tries again, because no method of the client
 * hands out a stream: its downloads push into an {@code OutputStream} or fill whole buffers.
 * What the pipeline cannot see is a connection that breaks inside the body; then the rest is asked for here.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/get-blob">Get Blob</a>
 */
final class BlobRangeSource implements RangeSource {

    /** Connections that may break in a row. */
    private static final int MAX_RESUMES = 5;

    /** After so many bytes a broken connection is a new mishap and not the old one again. */
    private static final long PROGRESS = 1024 * 1024;

    private static final HttpHeaderName RANGE = HttpHeaderName.fromString("x-ms-range");
    private static final HttpHeaderName VERSION = HttpHeaderName.fromString("x-ms-version");

    private final HttpPipeline pipeline;
    private final String url;
    private final BlobProperties blob;
    private final String subject;
    private final StorageErrors errors;
    private final CopyProof proof;

    BlobRangeSource(BlobClient client, BlobProperties blob, String subject, StorageErrors errors, CopyProof proof) {
        this.pipeline = client.getHttpPipeline();
        this.url = client.getBlobUrl();
        this.blob = blob;
        this.subject = subject;
        this.errors = errors;
        this.proof = proof;
    }

    /** Where the blob is. */
    ContainerUri container() {
        return errors.uri();
    }

    /** The blob's address, without what opens it. */
    String url() {
        return url;
    }

    /** The version that is read. */
    String etag() {
        return blob.etag();
    }

    /** What opens it for a service that is to copy it; empty if none may. */
    CopyProof proof() {
        return proof;
    }

    /** The exception for a service's answer that the blob is another version by now. */
    StorageException changed(String answer) {
        return errors.changed("copy", subject, answer);
    }

    @Override
    public long length() {
        return blob.length();
    }

    @Override
    public InputStream open(long offset, long length) throws IOException {
        Objects.checkFromIndexSize(offset, length, blob.length());
        return length == 0 ? InputStream.nullInputStream() : new ResumingStream(offset, length);
    }

    private InputStream get(long offset, long length) throws StorageException {
        HttpRequest request = new HttpRequest(HttpMethod.GET, url)
                .setHeader(VERSION, BlobServiceVersion.getLatest().getVersion())
                .setHeader(RANGE, "bytes=%d-%d".formatted(offset, offset + length - 1))
                .setHeader(HttpHeaderName.IF_MATCH, blob.etag());
        return errors.call("read", subject, () -> {
            HttpResponse response = pipeline.sendSync(request, Context.NONE);
            if (response.getStatusCode() == 206) {
                return response.getBodyAsBinaryData().toStream();
            }
            response.close();
            throw new BlobStorageException("status " + response.getStatusCode(), response, null);
        });
    }

    private final class ResumingStream extends InputStream {

        private final long end;
        private long position;
        private long resumedAt;
        private int resumes;
        private InputStream body;

        ResumingStream(long offset, long length) throws StorageException {
            this.position = offset;
            this.resumedAt = offset;
            this.end = offset + length;
            this.body = get(offset, length);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            int wanted = (int) Math.min(length, end - position);
            while (wanted > 0) {
                try {
                    int count = body.read(target, offset, wanted);
                    if (count < 0) {
                        throw new EOFException("%,d bytes are missing".formatted(end - position));
                    }
                    position += count;
                    return count;
                } catch (IOException e) {
                    resume(e);
                }
            }
            return -1;
        }

        @Override
        public void close() throws IOException {
            body.close();
        }

        private void resume(IOException broken) throws IOException {
            if (position - resumedAt >= PROGRESS) {
                resumes = 0;
            }
            if (++resumes > MAX_RESUMES) {
                throw errors.map("read", subject, broken);
            }
            resumedAt = position;
            body.close();
            body = get(position, end - position);
        }
    }
}
