package io.transship.functions.settings;

import io.transship.core.pipeline.request.RunReports.AfterDeletion;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of what timers do.
 *
 * @param sweepWindow how long ago an archive may have arrived that no event came for; zero to look for none
 * @param stuckAfter how long a run may stand still before it is set going again
 * @param retention how long a run is kept after it is over; empty for ever
 * @param reportsAfterDeletion what becomes of the report of a run that is deleted
 */
public record UpkeepSettings(
        Duration sweepWindow, Duration stuckAfter, Optional<Duration> retention, AfterDeletion reportsAfterDeletion) {

    static final String SWEEP_WINDOW = "TRANSSHIP_SWEEP_WINDOW";
    static final String STUCK_AFTER = "TRANSSHIP_STUCK_AFTER";
    static final String RETENTION = "TRANSSHIP_RETENTION";
    static final String KEEP_REPORTS = "TRANSSHIP_KEEP_REPORTS";

    /** Reads them; every problem is added. */
    static UpkeepSettings of(Map<String, String> environment, List<String> problems) {
        return new UpkeepSettings(
                AppSettings.setting(environment, SWEEP_WINDOW, "P7D", AppSettings::anyDuration, problems),
                AppSettings.setting(environment, STUCK_AFTER, "PT30M", AppSettings::duration, problems),
                environment.getOrDefault(RETENTION, "").isBlank()
                        ? Optional.empty()
                        : Optional.of(
                                AppSettings.setting(environment, RETENTION, "P3650D", AppSettings::duration, problems)),
                AppSettings.setting(environment, KEEP_REPORTS, "false", UpkeepSettings::afterDeletion, problems));
    }

    private static AfterDeletion afterDeletion(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> AfterDeletion.STAY;
            case "false" -> AfterDeletion.GO;
            default -> throw new IllegalArgumentException("is '%s': expected true or false".formatted(text));
        };
    }
}
