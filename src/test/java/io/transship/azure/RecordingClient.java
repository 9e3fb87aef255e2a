package io.transship.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An HTTP client for Azure's libraries that sends nothing: it writes down each request and answers as a test says. */
final class RecordingClient implements HttpClient {

    /** What is answered. */
    record Answer(int status, Map<String, String> headers, String body) {

        static Answer json(String body) {
            return new Answer(200, Map.of("Content-Type", "application/json"), body);
        }

        static Answer of(int status) {
            return new Answer(status, Map.of(), "");
        }
    }

    private final Function<HttpRequest, Answer> answers;
    private final List<String> urls = new CopyOnWriteArrayList<>();

    RecordingClient(Function<HttpRequest, Answer> answers) {
        this.answers = answers;
    }

    /** Addresses without their queries, in order. */
    List<String> urls() {
        return List.copyOf(urls);
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return Mono.fromCallable(() -> answer(request));
    }

    private HttpResponse answer(HttpRequest request) {
        urls.add(request.getUrl().toString().replaceAll("\\?.*", ""));
        return new Answered(request, answers.apply(request));
    }

    private static final class Answered extends HttpResponse {

        private final Answer answer;
        private final HttpHeaders headers = new HttpHeaders();

        Answered(HttpRequest request, Answer answer) {
            super(request);
            this.answer = answer;
            answer.headers().forEach((name, value) -> headers.set(HttpHeaderName.fromString(name), value));
        }

        @Override
        public int getStatusCode() {
            return answer.status();
        }

        @Override
        @Deprecated
        public String getHeaderValue(String name) {
            return headers.getValue(HttpHeaderName.fromString(name));
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public Flux<ByteBuffer> getBody() {
            return Flux.just(ByteBuffer.wrap(bytes()));
        }

        @Override
        public Mono<byte[]> getBodyAsByteArray() {
            return Mono.just(bytes());
        }

        @Override
        public Mono<String> getBodyAsString() {
            return Mono.just(answer.body());
        }

        @Override
        public Mono<String> getBodyAsString(Charset charset) {
            return Mono.just(answer.body());
        }

        private byte[] bytes() {
            return answer.body().getBytes(StandardCharsets.UTF_8);
        }
    }
}
