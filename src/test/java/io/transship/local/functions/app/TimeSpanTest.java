package io.transship.local.functions.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {

    @ParameterizedTest
    @CsvSource({
        "00:00:30, PT30S",
        "1.02:03:04, PT26H3M4S",
        "00:00:00.25, PT0.25S",
        "200ms, PT0.2S",
        "5s, PT5S",
        "10m, PT10M",
    })
    void readsTheFormsOfHostJsonAndItsOwn(String text, Duration expected) {
        assertThat(TimeSpan.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "00:60:00", "24:00:00", "-00:00:01", "1h"})
    void refusesOtherText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimeSpan.parse(text))
                .withMessageContaining("'" + text + "'");
    }
}
