package io.transship.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import io.transship.core.content.RetryListener;
import java.time.Duration;

/**
 * The HTTP client that all Azure clients share, and the one layer of retries: nothing above the SDK tries again.
 *
 * @param tries attempts of one request in all
 * @param tryTimeout from the first byte of a request to the head of its answer
 * @param minDelay before the second attempt; doubled before each further one
 * @param maxDelay the longest wait between two attempts
 */
public record AzureHttp(HttpClient client, int tries, Duration tryTimeout, Duration minDelay, Duration maxDelay) {

    /** Sixty seconds are enough for a block of 8 MiB on a line of 2 Mbit/s. */
    private static final Duration TRY_TIMEOUT = Duration.ofSeconds(60);

    /** Holds the client, so that it is made at first use: its TLS context costs a cold start 0.2 s. */
    private static final class Shared {
        private static final AzureHttp INSTANCE = with(new JdkHttpClientBuilder().build());
    }

    public static AzureHttp shared() {
        return Shared.INSTANCE;
    }

    public static AzureHttp with(HttpClient client) {
        return new AzureHttp(client, 5, TRY_TIMEOUT, Duration.ofMillis(500), Duration.ofSeconds(30));
    }

    /** The same, and the listener hears of what is tried again: also of a last attempt, which the SDK does not tell apart. */
    public AzureHttp watchedBy(RetryListener listener) {
        return new AzureHttp(new WatchedHttpClient(client, listener), tries, tryTimeout, minDelay, maxDelay);
    }

    public RequestRetryOptions storageRetries() {
        return new RequestRetryOptions(RetryPolicyType.EXPONENTIAL, tries, tryTimeout, minDelay, maxDelay, null);
    }

    public RetryOptions retries() {
        return new RetryOptions(new ExponentialBackoffOptions()
                .setMaxRetries(tries - 1)
                .setBaseDelay(minDelay)
                .setMaxDelay(maxDelay));
    }
}
