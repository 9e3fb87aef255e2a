package io.transship.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import io.transship.core.content.RetryListener;
import io.transship.core.http.ApacheHttpTransport;
import java.time.Duration;

/**
 * The HTTP client that all Azure clients share, and the one layer of retries: nothing above the SDK tries again. An attempt
 * ends when the service stays silent for too long, which the client sees.
 *
 * @param tries attempts of one request in all
 * @param minDelay before the second attempt; doubled before each further one
 * @param maxDelay the longest wait between two attempts
 */
public record AzureHttp(HttpClient client, int tries, Duration minDelay, Duration maxDelay) {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** The longest silence of a service: how long a slow line takes for a block does not matter. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    /** Holds the client, so that it is made at first use: its TLS context costs a cold start time. */
    private static final class Shared {
        private static final AzureHttp INSTANCE = with(new SocketHttpClient(new ApacheHttpTransport(CONNECT, SILENCE)));
    }

    public static AzureHttp shared() {
        return Shared.INSTANCE;
    }

    public static AzureHttp with(HttpClient client) {
        return new AzureHttp(client, 5, Duration.ofMillis(500), Duration.ofSeconds(30));
    }

    /** The same, and the listener hears of what is tried again: also of a last attempt, which the SDK does not tell apart. */
    public AzureHttp watchedBy(RetryListener listener) {
        return new AzureHttp(new WatchedHttpClient(client, listener), tries, minDelay, maxDelay);
    }

    /** Without a time-out of their own, which could only throw away what a slow line brought to its end. */
    public RequestRetryOptions storageRetries() {
        return new RequestRetryOptions(RetryPolicyType.EXPONENTIAL, tries, (Duration) null, minDelay, maxDelay, null);
    }

    public RetryOptions retries() {
        return new RetryOptions(new ExponentialBackoffOptions()
                .setMaxRetries(tries - 1)
                .setBaseDelay(minDelay)
                .setMaxDelay(maxDelay));
    }
}
