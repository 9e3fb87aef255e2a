package io.transship.core.http;

import io.transship.core.content.RedactedUri;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over blocking sockets, by Apache HttpClient: docs/performance.md says what that saves. Everything clever in
 * the library is turned off; the layers above decide.
 */
public final class ApacheHttpTransport implements HttpTransport {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration STALL = Duration.ofMinutes(2);
    private static final int CONNECTIONS_PER_HOST = 32;
    private static final int CONNECTIONS = 256;

    /**
     * How many bytes of a request body are sent between two looks for an early answer. A proxy that finds a body too large
     * says so at once, and would otherwise cut the connection before its 413 was read. With TLS a look costs up to a
     * millisecond.
     */
    private static final long EARLY_ANSWER_INTERVAL = 2L * 1024 * 1024;

    private final CloseableHttpClient client;

    /** Connects within 10 seconds and gives up on a peer that stays silent for two minutes. */
    public ApacheHttpTransport() {
        this(CONNECT, STALL);
    }

    /**
     * Makes a transport that trusts whom the JVM trusts.
     *
     * @param connect the longest wait for a connection
     * @param stall the longest silence of a peer inside a response, or before it
     */
    public ApacheHttpTransport(Duration connect, Duration stall) {
        this(connect, stall, DefaultClientTlsStrategy.createDefault(), Map.of());
    }

    /** Makes one with the usual waits that sends these headers with each request. */
    public static ApacheHttpTransport sending(Map<String, String> headers) {
        return new ApacheHttpTransport(CONNECT, STALL, DefaultClientTlsStrategy.createDefault(), headers);
    }

    /** Makes a transport that trusts whom this context trusts. */
    public static ApacheHttpTransport trusting(SSLContext tls, Duration connect, Duration stall) {
        return new ApacheHttpTransport(connect, stall, new DefaultClientTlsStrategy(tls), Map.of());
    }

    private ApacheHttpTransport(Duration connect, Duration stall, TlsSocketStrategy tls, Map<String, String> headers) {
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(tls)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .responseOutOfOrderStrategy(new MonitoringResponseOutOfOrderStrategy(EARLY_ANSWER_INTERVAL))
                        .build())
                .setMaxConnPerRoute(CONNECTIONS_PER_HOST)
                .setMaxConnTotal(CONNECTIONS)
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoKeepAlive(true)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(connect))
                        .setSocketTimeout(Timeout.of(stall))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .setTimeToLive(TimeValue.ofMinutes(5))
                        .build())
                .build();
        client = HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setProxySelector(ProxySelector.getDefault())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(stall))
                        // Waiting for a free connection is how transfers queue; it is not a failure.
                        .setConnectionRequestTimeout(Timeout.ofMinutes(15))
                        .setExpectContinueEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setUserAgent("transship/" + version())
                .setDefaultHeaders(headers.entrySet().stream()
                        .map(header -> new BasicHeader(header.getKey(), header.getValue()))
                        .toList())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableContentCompression()
                .disableAuthCaching()
                .build();
    }

    @Override
    public HttpResponse execute(HttpRequest request) throws IOException {
        var message = new HttpUriRequestBase(request.method(), request.uri());
        request.headers().forEach(message::setHeader);
        ApacheBody body = null;
        if (request.body() != null) {
            body = new ApacheBody(request.body());
            message.setEntity(body);
        }
        try {
            return adapt(request, message, client.executeOpen(null, message, null));
        } catch (IOException e) {
            throw failure(request, body, e);
        }
    }

    private static IOException failure(HttpRequest request, @Nullable ApacheBody body, IOException e) {
        IOException ofSource = body == null ? null : body.sourceFailure();
        return ofSource != null ? ofSource : broken(request, e);
    }

    private static ConnectionException broken(HttpRequest request, IOException e) {
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new ConnectionException(
                "connection to '%s' failed: %s"
                        .formatted(RedactedUri.of(request.uri().resolve("/")), reason),
                e);
    }

    private static HttpResponse adapt(HttpRequest request, HttpUriRequestBase message, ClassicHttpResponse response)
            throws IOException {
        try {
            Map<String, List<String>> headers = new HashMap<>();
            for (Header header : response.getHeaders()) {
                headers.computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                        .add(header.getValue() == null ? "" : header.getValue());
            }
            if (response.getEntity() == null) {
                return new HttpResponse(response.getCode(), headers, InputStream.nullInputStream(), response);
            }
            Body body = new Body(
                    request,
                    response.getEntity().getContent(),
                    response.getEntity().getContentLength());
            return new HttpResponse(response.getCode(), headers, body, () -> {
                if (!body.isComplete()) {
                    // Closing alone would first read the rest of the body, however long it is.
                    message.abort();
                }
                Closer.closeQuietly(response);
            });
        } catch (IOException | RuntimeException e) {
            message.abort();
            Closer.closeQuietly(response);
            throw e;
        }
    }

    @Override
    public void close() {
        client.close(CloseMode.GRACEFUL);
    }

    /** Our version as the build wrote it into the jar; there is none when classes run outside of one. */
    private static String version() {
        try (InputStream in = ApacheHttpTransport.class.getResourceAsStream(
                "/META-INF/maven/io.transship/transship/pom.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "dev");
        } catch (IOException e) {
            return "dev";
        }
    }

    /** A response body that tells a broken connection from every other failure, and leaves closing to the response. */
    private static final class Body extends FilterInputStream {

        private final HttpRequest request;
        private final long length;
        private long position;
        private boolean ended;

        /**
         * Wraps the library's stream.
         *
         * @param length negative if unknown
         */
        Body(HttpRequest request, InputStream in, long length) {
            super(in);
            this.request = request;
            this.length = length;
        }

        boolean isComplete() {
            return ended || position == length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int count) throws IOException {
            try {
                int read = in.read(buffer, offset, count);
                position += Math.max(read, 0);
                ended = read < 0;
                return read;
            } catch (IOException e) {
                throw broken(request, e);
            }
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] sink = new byte[Math.clamp(count, 0, 8192)];
            return count <= 0 ? 0 : Math.max(read(sink, 0, sink.length), 0);
        }

        @Override
        public void close() {
            // Left to the response, which knows whether the rest is worth reading.
        }
    }
}
