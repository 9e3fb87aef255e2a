package io.transship.core.pipeline.preflight;

import io.transship.core.pipeline.preflight.PreflightCheck.Verdict;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a preflight found. Holds no secret.
 *
 * @param verdict failed if any check did, else a warning if any check warns, else passed
 * @param checks identities first, then the secrets, the registry and the containers
 */
public record PreflightReport(Verdict verdict, List<PreflightCheck> checks) {

    public PreflightReport {
        checks = List.copyOf(checks);
    }

    static PreflightReport of(List<PreflightCheck> checks) {
        return new PreflightReport(
                has(checks, Verdict.FAILED)
                        ? Verdict.FAILED
                        : has(checks, Verdict.WARNING) ? Verdict.WARNING : Verdict.PASSED,
                checks);
    }

    /** The checks with this verdict, in their order. */
    public List<PreflightCheck> checks(Verdict wanted) {
        return checks.stream().filter(check -> check.verdict() == wanted).toList();
    }

    private static boolean has(List<PreflightCheck> checks, Verdict wanted) {
        return checks.stream().anyMatch(check -> check.verdict() == wanted);
    }

    /** One line for each check. */
    @Override
    public String toString() {
        return checks.stream().map(PreflightCheck::toString).collect(Collectors.joining("\n"));
    }
}
