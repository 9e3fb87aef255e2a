package io.transship.azure;

import io.transship.core.http.ApacheHttpTransport;
import io.transship.core.http.HttpTransport;
import io.transship.local.Certificates;
import java.time.Duration;

/** The client of the app, but for waits of milliseconds between attempts. */
public final class QuickRetries {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private QuickRetries() {}

    /** Trusts whom the JVM trusts. */
    public static AzureHttp http(int tries) {
        return over(new ApacheHttpTransport(CONNECT, SILENCE), tries);
    }

    /** Trusts the servers of a test. */
    public static AzureHttp http(Certificates certificates, int tries) {
        return over(ApacheHttpTransport.trusting(certificates.sslContext(), CONNECT, SILENCE), tries);
    }

    private static AzureHttp over(HttpTransport transport, int tries) {
        return new AzureHttp(new SocketHttpClient(transport), tries, Duration.ofMillis(1), Duration.ofMillis(5));
    }
}
