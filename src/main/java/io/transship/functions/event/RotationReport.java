package io.transship.functions.event;

import io.transship.core.pipeline.rotation.RotationOutcome;
import java.util.List;
import java.util.logging.Logger;

/** Says what became of rotations: in the log, and by failing the invocation, which is what an alert watches. */
final class RotationReport {

    private RotationReport() {}

    /**
     * Logs all outcomes.
     *
     * @throws IllegalStateException if one of them is a failure
     */
    static void report(List<RotationOutcome> outcomes, Logger log) {
        for (RotationOutcome outcome : outcomes) {
            switch (outcome) {
                case RotationOutcome.Failed failed -> log.severe(failed.toString());
                case RotationOutcome.Rotated rotated -> log.info(rotated.toString());
                case RotationOutcome.Kept kept -> log.fine(kept.toString());
                case RotationOutcome.Busy busy -> log.info(busy.toString());
            }
        }
        long failures = outcomes.stream()
                .filter(RotationOutcome.Failed.class::isInstance)
                .count();
        if (failures > 0) {
            throw new IllegalStateException(
                    "%d of %d SAS secrets could not be rotated; the lines that begin with %s say why"
                            .formatted(failures, outcomes.size(), RotationOutcome.Failed.FIRST_WORD));
        }
    }
}
