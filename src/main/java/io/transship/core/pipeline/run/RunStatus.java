package io.transship.core.pipeline.run;

import java.util.EnumSet;
import java.util.Set;

/** Where a run stands. */
public enum RunStatus {
    QUEUED("Queued"),
    PLANNING("Planning"),
    MOVING("Moving"),
    SEALING("Sealing"),
    SUCCEEDED("Succeeded"),
    FAILED("Failed"),
    CANCELED("Canceled");

    private final String label;

    RunStatus(String label) {
        this.label = label;
    }

    /** As {@code response.status} of a run shows it. */
    public String label() {
        return label;
    }

    /** As ARM's {@code provisioningState} shows it. */
    public String provisioningState() {
        return switch (this) {
            case QUEUED, PLANNING, MOVING, SEALING -> "Creating";
            case SUCCEEDED, FAILED, CANCELED -> label;
        };
    }

    /** Whether nothing more will happen. */
    public boolean isFinal() {
        return next().isEmpty();
    }

    boolean mayBecome(RunStatus status) {
        return (status == this && !isFinal()) || next().contains(status);
    }

    private Set<RunStatus> next() {
        return switch (this) {
            case QUEUED -> EnumSet.of(PLANNING, FAILED, CANCELED);
            // Contents that turn out broken send a run back to planning; a relay follows a sealed export.
            case PLANNING -> EnumSet.of(MOVING, SEALING, FAILED, CANCELED);
            case MOVING -> EnumSet.of(PLANNING, SEALING, FAILED, CANCELED);
            case SEALING -> EnumSet.of(PLANNING, MOVING, SUCCEEDED, FAILED, CANCELED);
            case SUCCEEDED, FAILED, CANCELED -> EnumSet.noneOf(RunStatus.class);
        };
    }
}
