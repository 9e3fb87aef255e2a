package io.transship.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import io.transship.core.content.RetryListener;
import reactor.core.publisher.Mono;

/** Tells of answers and failures after which the SDK's layer of retries asks again. */
record WatchedHttpClient(HttpClient client, RetryListener listener) implements HttpClient {

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return client.send(request).doOnNext(this::hear).doOnError(unused -> hearNothing());
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request, Context context) {
        return client.send(request, context).doOnNext(this::hear).doOnError(unused -> hearNothing());
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        try {
            HttpResponse response = client.sendSync(request, context);
            hear(response);
            return response;
        } catch (RuntimeException e) {
            hearNothing();
            throw e;
        }
    }

    private void hearNothing() {
        listener.triesAgain(RetryListener.Reason.UNAVAILABLE);
    }

    private void hear(HttpResponse response) {
        switch (response.getStatusCode()) {
            // Storage says with 503 that it is busy.
            case 429, 503 -> listener.triesAgain(RetryListener.Reason.THROTTLED);
            case 408, 500, 502, 504 -> listener.triesAgain(RetryListener.Reason.UNAVAILABLE);
            default -> {}
        }
    }
}
