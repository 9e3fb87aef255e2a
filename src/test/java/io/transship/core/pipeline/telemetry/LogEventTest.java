package io.transship.core.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogEventTest {

    @Test
    void namesComeFirstAndAbsentValuesAreLeftOut() {
        assertThat(LogEvent.of("RunFailed")
                        .with("run", "r")
                        .with("digest", null)
                        .with("slice", 3)
                        .saying("why"))
                .isEqualTo("RunFailed run='r' slice='3': why");
    }

    @Test
    void noValueCanPretendToBeAnotherOrAnotherLine() {
        assertThat(LogEvent.of("ArchiveArrived")
                        .with("archive", "a' run='x\nRunFailed")
                        .saying("text"))
                .isEqualTo("ArchiveArrived archive='a\u2019 run=\u2019x RunFailed': text");
    }
}
