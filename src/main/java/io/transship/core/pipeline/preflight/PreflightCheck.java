package io.transship.core.pipeline.preflight;

/**
 * One hop that was looked at.
 *
 * @param target what it leads to, such as a host, a secret or a repository
 * @param message what was found
 * @param action what exactly to do; empty if there is nothing to do
 */
public record PreflightCheck(Hop hop, String target, Verdict verdict, String message, String action) {

    /** What came out of a check. */
    public enum Verdict {
        /** The hop works. */
        PASSED,
        /** It works or may work; someone should look at it. */
        WARNING,
        /** A run would fail here. */
        FAILED,
        /** It was not tried, because another hop has to work before, or there is nothing to try. */
        SKIPPED
    }

    @Override
    public String toString() {
        String text = "%s %s %s: %s".formatted(verdict, hop.label(), target, message);
        return action.isEmpty() ? text : text + "; next step: " + action;
    }
}
