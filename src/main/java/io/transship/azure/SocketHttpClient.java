package io.transship.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeader;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import io.transship.core.http.HttpBody;
import io.transship.core.http.HttpTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The SDK's HTTP client over the sockets that also the registries are reached by: one HTTP library in the process, and a block
 * that goes from its array to the socket on one thread. Only a range of a blob is handed out while it arrives; every other
 * answer is read whole, so that its connection is free again, whatever the SDK does with it. Thread-safe.
 *
 * @param transport closed by whoever made it
 */
public record SocketHttpClient(HttpTransport transport) implements HttpClient {

    /** Set by the SDK where it makes an object of an answer. */
    private static final String READ_WHOLE = "azure-eagerly-read-response";

    private static final int PARTIAL_CONTENT = 206;

    /** What the transport says by itself. */
    private static final Set<String> OF_THE_CONNECTION = Set.of("content-length", "host", "transfer-encoding");

    /** {@inheritDoc} Blocks a thread of Reactor's pool for blocking work; everything in this app calls {@link #sendSync}. */
    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return send(request, Context.NONE);
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request, Context context) {
        return Mono.fromCallable(() -> sendSync(request, context)).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        boolean whole = context.getData(READ_WHOLE).map(Boolean.TRUE::equals).orElse(false);
        try {
            io.transship.core.http.HttpResponse response = transport.execute(translate(request));
            return whole || response.status() != PARTIAL_CONTENT
                    ? SocketHttpResponse.whole(request, response)
                    : SocketHttpResponse.streamed(request, response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static io.transship.core.http.HttpRequest translate(HttpRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (HttpHeader header : request.getHeaders()) {
            if (!OF_THE_CONNECTION.contains(header.getName().toLowerCase(Locale.ROOT))) {
                headers.put(header.getName(), header.getValue());
            }
        }
        String method = request.getHttpMethod().toString();
        URI uri = URI.create(request.getUrl().toString());
        return new io.transship.core.http.HttpRequest(method, uri, headers, body(method, request));
    }

    private static @Nullable HttpBody body(String method, HttpRequest request) {
        BinaryData body = request.getBodyAsBinaryData();
        if (body != null) {
            return body(body);
        }
        return switch (method) {
            case "PUT", "POST", "PATCH" -> HttpBody.empty();
            default -> null;
        };
    }

    private static HttpBody body(BinaryData body) {
        Long length = body.getLength();
        return length == null ? HttpBody.of(body.toBytes()) : new HttpBody(length, body::toStream);
    }
}
