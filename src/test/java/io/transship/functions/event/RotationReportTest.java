package io.transship.functions.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.pipeline.rotation.RotationOutcome;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class RotationReportTest {

    private static final SecretUri SECRET = SecretUri.parse("https://v.vault.azure.net/secrets/sas");
    private static final ContainerUri CONTAINER = ContainerUri.parse("https://a.blob.core.windows.net/transfer");
    private static final Instant END = Instant.parse("2026-03-17T12:00:00Z");

    private final List<LogRecord> logged = new ArrayList<>();
    private final Logger log = Logger.getAnonymousLogger();

    RotationReportTest() {
        log.setUseParentHandlers(false);
        log.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    @Test
    void whatWentWellLetsTheInvocationSucceed() {
        RotationReport.report(
                List.of(
                        new RotationOutcome.Kept(SECRET, CONTAINER, END, 5),
                        new RotationOutcome.Rotated(SECRET, CONTAINER, END, "it expired"),
                        new RotationOutcome.Busy(SECRET, CONTAINER)),
                log);

        assertThat(logged).extracting(LogRecord::getLevel).containsExactly(Level.INFO, Level.INFO);
    }

    @Test
    void aFailureIsOneSevereLineThatSaysAllAndFailsTheInvocationAfterAllAreLogged() {
        RotationOutcome failed = new RotationOutcome.Failed(
                SECRET, CONTAINER, Optional.of(END), Optional.of(3L), 2, "no right; assign the role");

        assertThatThrownBy(() -> RotationReport.report(
                        List.of(failed, new RotationOutcome.Rotated(SECRET, CONTAINER, END, "it expired")), log))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1 of 2", "SasRotationFailed");

        assertThat(logged).extracting(LogRecord::getLevel).containsExactly(Level.SEVERE, Level.INFO);
        assertThat(logged.getFirst().getMessage())
                .isEqualTo(
                        "SasRotationFailed secret='%s' container='%s' expiry='2026-03-17T12:00:00Z' daysLeft='3' failuresInARow=2: no right; assign the role"
                                .formatted(SECRET, CONTAINER));
    }
}
