package io.transship.core.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.transship.core.transfer.SetClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BandwidthTest {

    private static final int RATE = 1_000_000;

    private final SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<Duration> waits = new ArrayList<>();
    private final Bandwidth bandwidth = new Bandwidth(RATE, clock, wait -> {
        waits.add(wait);
        clock.advance(wait);
    });

    @Test
    void lets_all_streams_together_read_no_more_than_its_bytes_a_second() throws IOException {
        byte[] content = new byte[4 * RATE];
        InputStream one = bandwidth.limit(new ByteArrayInputStream(content));
        InputStream other = bandwidth.limit(new ByteArrayInputStream(content));
        byte[] buffer = new byte[300_000];
        long read = 0;
        Instant start = clock.instant();
        for (int first = 0, second = 0; first >= 0 || second >= 0; ) {
            first = one.read(buffer);
            second = other.read(buffer);
            read += Math.max(first, 0) + Math.max(second, 0);
            double seconds = Duration.between(start, clock.instant()).toNanos() / 1e9;
            // A second's worth may go at once.
            assertThat((double) read).isLessThanOrEqualTo(RATE + RATE * seconds + 1);
        }

        assertThat(read).isEqualTo(2L * content.length);
        assertThat(Duration.between(start, clock.instant())).isCloseTo(Duration.ofSeconds(7), Duration.ofMillis(1));
    }

    @Test
    void never_waits_long_for_one_reading() throws IOException {
        InputStream in = bandwidth.limit(new ByteArrayInputStream(new byte[3 * RATE]));

        in.read(new byte[3 * RATE]);
        in.skipNBytes(2 * RATE);

        assertThat(waits).isNotEmpty().allMatch(wait -> wait.compareTo(Duration.ofMillis(70)) < 0);
    }

    @Test
    void changes_no_byte() throws IOException {
        byte[] content = new byte[200_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) ((i * 31) >> 3);
        }

        assertThat(bandwidth.limit(new ByteArrayInputStream(content)).readAllBytes())
                .isEqualTo(content);
        assertThat(bandwidth.limit(new ByteArrayInputStream(content)).read()).isEqualTo(content[0]);
    }

    @Test
    void leaves_a_stream_alone_that_nothing_limits() {
        InputStream in = InputStream.nullInputStream();

        assertThat(Bandwidth.UNLIMITED.limit(in)).isSameAs(in);
    }

    @Test
    void ends_its_wait_when_it_is_interrupted() {
        Bandwidth cut = new Bandwidth(1, clock, wait -> {
            throw new InterruptedException();
        });
        InputStream in = cut.limit(new ByteArrayInputStream(new byte[100]));

        assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(in::readAllBytes);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void is_at_least_one_byte() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Bandwidth(0, clock, Sleeper.REAL));
    }
}
