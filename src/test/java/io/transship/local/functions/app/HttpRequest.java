package io.transship.local.functions.app;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request as a function sees it. Immutable.
 *
 * @param headers names in lower case
 * @param query one value per name: repeated ones are joined with a comma
 * @param body null, {@code String} or {@code byte[]}; converted to what the function's parameter wants by {@link #as}
 */
public record HttpRequest<T extends @Nullable Object>(
        HttpMethod method, URI uri, Map<String, String> headers, Map<String, String> query, T body)
        implements HttpRequestMessage<T> {

    public HttpRequest {
        headers = Map.copyOf(headers);
        query = Map.copyOf(query);
    }

    HttpRequest<@Nullable Object> as(@Nullable Object converted) {
        return new HttpRequest<>(method, uri, headers, query, converted);
    }

    @Override
    public URI getUri() {
        return uri;
    }

    @Override
    public HttpMethod getHttpMethod() {
        return method;
    }

    @Override
    public Map<String, String> getHeaders() {
        return headers;
    }

    @Override
    public Map<String, String> getQueryParameters() {
        return query;
    }

    @Override
    public T getBody() {
        return body;
    }

    @Override
    public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
        return new Response.Builder(status);
    }

    @Override
    public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
        return new Response.Builder(status);
    }

    /** Hides query and headers: both carry function keys. */
    @Override
    public String toString() {
        return method + " " + uri.getPath();
    }

    /** What a function answers: one value per header name, as the worker keeps it. Immutable. */
    public static final class Response implements HttpResponseMessage {

        private final HttpStatusType status;
        private final Map<String, String> headers;
        private final @Nullable Object body;

        private Response(Builder builder) {
            this.status = builder.status;
            Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            copy.putAll(builder.headers);
            this.headers = Collections.unmodifiableMap(copy);
            this.body = builder.body;
        }

        @Override
        public HttpStatusType getStatus() {
            return status;
        }

        /** Null when the header is not set, as the worker's own class answers. */
        @Override
        @SuppressWarnings("NullAway") // The interface has no null annotations; its documented "none" is null.
        public String getHeader(String name) {
            return headers.get(name);
        }

        @Override
        @SuppressWarnings("NullAway") // As above: no body is null.
        public Object getBody() {
            return body;
        }

        public Map<String, String> headers() {
            return headers;
        }

        private static final class Builder implements HttpResponseMessage.Builder {

            private HttpStatusType status;
            private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            private @Nullable Object body;

            Builder(HttpStatusType status) {
                this.status = status;
            }

            @Override
            public Builder status(HttpStatusType newStatus) {
                this.status = newStatus;
                return this;
            }

            @Override
            public Builder header(String name, String value) {
                headers.put(name, value);
                return this;
            }

            @Override
            public Builder body(@Nullable Object newBody) {
                this.body = newBody;
                return this;
            }

            @Override
            public HttpResponseMessage build() {
                return new Response(this);
            }
        }
    }
}
