package io.transship.core.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A response whose body has yet to be read. Closing it gives the connection back if the body was read to its end and
 * drops the connection otherwise, so closing never waits for the rest of a large body. Not thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#field.retry-after">RFC 9110, Retry-After</a>
 */
public final class HttpResponse implements Closeable {

    private final int status;
    private final Map<String, List<String>> headers;
    private final InputStream body;
    private final Closeable connection;

    /**
     * Assembles a response.
     *
     * @param headers by lower-case name
     * @param connection closed with the response
     */
    public HttpResponse(int status, Map<String, List<String>> headers, InputStream body, Closeable connection) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.connection = connection;
    }

    public int status() {
        return status;
    }

    /** Whether the status is 2xx. */
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** All headers, by lower-case name. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** All values of a header. */
    public List<String> headers(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /** The first value of a header that is not blank. */
    public Optional<String> header(String name) {
        return headers(name).stream()
                .map(String::trim)
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    /** The announced length of the body (of the body a GET would have, if this answers a HEAD). */
    public OptionalLong contentLength() {
        Collection<String> values = headers("Content-Length");
        if (values.size() != 1) {
            return OptionalLong.empty();
        }
        try {
            long length = Long.parseLong(values.iterator().next().trim());
            return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** How long it asks to wait; absent if it does not say or says it in no known way. */
    public @Nullable Duration retryAfter(Instant now) {
        String value = header("Retry-After").orElse("");
        if (value.isEmpty()) {
            return null;
        }
        try {
            return value.chars().allMatch(Character::isDigit)
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : until(
                            now,
                            ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (NumberFormatException | DateTimeException e) {
            return null;
        }
    }

    private static Duration until(Instant now, Instant time) {
        Duration wait = Duration.between(now, time);
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** This response with another stream in front of its body. Close one of the two. */
    public HttpResponse withBody(UnaryOperator<InputStream> front) {
        return new HttpResponse(status, headers, front.apply(body), connection);
    }

    /** The body; reading it throws {@link ConnectionException} if the connection breaks. Closed with the response. */
    public InputStream body() {
        return body;
    }

    /** Reads at most so many bytes of the body. */
    public byte[] read(int limit) throws IOException {
        return body.readNBytes(limit);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
