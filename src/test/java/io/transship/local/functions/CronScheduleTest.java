package io.transship.local.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 */5 * * * *           | 2026-01-01T00:00:00Z  | 2026-01-01T00:05:00Z",
                "0 */5 * * * *           | 2026-01-01T23:58:30Z  | 2026-01-02T00:00:00Z",
                "* * * * * *             | 2026-01-01T00:00:00.5Z| 2026-01-01T00:00:01Z",
                "30 15,45 10-12 * * *    | 2026-01-01T10:45:30Z  | 2026-01-01T11:15:30Z",
                "0 0 3 * * 1-5           | 2026-01-02T03:00:00Z  | 2026-01-05T03:00:00Z",
                "0 0 3 * * Mon,Thu       | 2026-01-02T03:00:00Z  | 2026-01-05T03:00:00Z",
                "0 0 0 13 * Fri          | 2026-01-01T00:00:00Z  | 2026-02-13T00:00:00Z",
                "0 0 0 29 Feb *          | 2026-01-01T00:00:00Z  | 2028-02-29T00:00:00Z",
                "10/20 0 0 1 1 *         | 2026-01-01T00:00:10Z  | 2026-01-01T00:00:30Z",
                "0 0 0 31 12 *           | 2026-12-31T00:00:00Z  | 2027-12-31T00:00:00Z",
            })
    void findsTheNextTime(String expression, Instant after, Instant expected) {
        assertThat(CronSchedule.parse(expression).next(after)).contains(expected);
    }

    @Test
    void hasNoNextTimeForADayThatNeverComes() {
        assertThat(CronSchedule.parse("0 0 0 31 2 *").next(Instant.EPOCH)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/5 * * * *",
                "60 * * * * *",
                "0 0 24 * * *",
                "0 0 0 0 * *",
                "0 0 0 * 13 *",
                "0 0 0 * * 7",
                "0 5-1 * * * *",
                "0 */0 * * * *",
                "0 , * * * *",
                "0 0 0 * Foo *",
                "00:05:00"
            })
    void refusesWhatIsNotNcrontab(String expression) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CronSchedule.parse(expression))
                .withMessageContaining("'" + expression + "'");
    }
}
