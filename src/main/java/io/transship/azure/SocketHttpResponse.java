package io.transship.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.CoreUtils;
import com.azure.core.util.FluxUtil;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An answer in the SDK's terms. Closing it or its stream gives the connection back. Not thread-safe. */
final class SocketHttpResponse extends HttpResponse {

    private final io.transship.core.http.HttpResponse response;
    private final HttpHeaders headers;
    private final BinaryData body;

    private SocketHttpResponse(HttpRequest request, io.transship.core.http.HttpResponse response, BinaryData body) {
        super(request);
        this.response = response;
        this.body = body;
        this.headers = new HttpHeaders();
        response.headers().forEach((name, values) -> headers.set(HttpHeaderName.fromString(name), values));
    }

    /** Reads the body and gives the connection back. */
    static HttpResponse whole(HttpRequest request, io.transship.core.http.HttpResponse response) throws IOException {
        try (response) {
            byte[] bytes = response.body().readAllBytes();
            return new SocketHttpResponse(request, response, BinaryData.fromBytes(bytes));
        }
    }

    /** Leaves the body to whoever reads and closes it. */
    static HttpResponse streamed(HttpRequest request, io.transship.core.http.HttpResponse response) {
        return new SocketHttpResponse(request, response, BinaryData.fromStream(new ClosingStream(response)));
    }

    @Override
    public int getStatusCode() {
        return response.status();
    }

    @Override
    @Deprecated
    public @Nullable String getHeaderValue(String name) {
        return headers.getValue(HttpHeaderName.fromString(name));
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    @Override
    public BinaryData getBodyAsBinaryData() {
        return body;
    }

    @Override
    public Flux<ByteBuffer> getBody() {
        return body.isReplayable() ? Flux.just(body.toByteBuffer()) : FluxUtil.toFluxByteBuffer(body.toStream());
    }

    @Override
    public Mono<byte[]> getBodyAsByteArray() {
        return Mono.fromCallable(body::toBytes);
    }

    @Override
    public Mono<String> getBodyAsString() {
        return getBodyAsByteArray()
                .map(bytes -> CoreUtils.bomAwareToString(bytes, headers.getValue(HttpHeaderName.CONTENT_TYPE)));
    }

    @Override
    public Mono<String> getBodyAsString(Charset charset) {
        return getBodyAsByteArray().map(bytes -> new String(bytes, charset));
    }

    @Override
    public void close() {
        try {
            response.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class ClosingStream extends FilterInputStream {

        private final io.transship.core.http.HttpResponse response;

        ClosingStream(io.transship.core.http.HttpResponse response) {
            super(response.body());
            this.response = response;
        }

        @Override
        public void close() throws IOException {
            response.close();
        }
    }
}
