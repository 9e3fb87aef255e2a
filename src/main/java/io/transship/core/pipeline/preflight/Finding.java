package io.transship.core.pipeline.preflight;

import io.transship.core.pipeline.preflight.PreflightCheck.Verdict;

/**
 * What a probe has to say, before it is known of which hop it speaks.
 *
 * @param action empty if there is nothing to do
 */
record Finding(Verdict verdict, String message, String action) {

    static Finding passed(String message) {
        return new Finding(Verdict.PASSED, message, "");
    }

    static Finding warning(String message, String action) {
        return new Finding(Verdict.WARNING, message, action);
    }

    static Finding failed(String message, String action) {
        return new Finding(Verdict.FAILED, message, action);
    }

    static Finding skipped(String message) {
        return new Finding(Verdict.SKIPPED, message, "");
    }

    /** A failure whose message says it all. */
    static Finding failed(Exception failure, String action) {
        return failed(messageOf(failure), action);
    }

    static String messageOf(Exception failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    PreflightCheck at(Hop hop, String target) {
        return new PreflightCheck(hop, target, verdict, message, action);
    }
}
