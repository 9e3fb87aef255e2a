package io.transship.core.sas;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Something that is wrong with a SAS, in words for its owner.
 *
 * @param field the parameter that is wrong, as it is called in the token
 * @param found what is there; never a signature
 * @param needed what would be right
 * @param nextStep what to do, such as a command that makes a right one
 */
public record SasProblem(Code code, Severity severity, String field, String found, String needed, String nextStep) {

    /** Whether the task would fail. */
    public enum Severity {
        /** The service would refuse the token for this task. */
        ERROR,
        /** The task can go on; someone should look at it. */
        WARNING
    }

    /** What is wrong, stable for programs. */
    public enum Code {
        SIGNATURE_MISSING,
        EXPIRY_MISSING,
        EXPIRED,
        EXPIRES_SOON,
        EXPIRES_WITHIN_RUN,
        NOT_YET_VALID,
        NEVER_VALID,
        DELEGATION_INCOMPLETE,
        PERMISSIONS_MISSING,
        PERMISSIONS_OUT_OF_ORDER,
        MORE_THAN_NEEDED,
        STORED_POLICY,
        NOT_FOR_CONTAINER,
        SERVICES_MISSING,
        RESOURCE_TYPES_MISSING,
        HTTP_ALLOWED,
        ADDRESSES_RESTRICTED
    }

    /** Whether the task would fail. */
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /**
     * All problems as one text that ends with the next steps, each only once however many problems it solves.
     *
     * @param problems at least one
     */
    public static String describe(List<SasProblem> problems) {
        String all = problems.stream().map(SasProblem::sentence).collect(Collectors.joining("; "));
        String steps = problems.stream().map(SasProblem::nextStep).distinct().collect(Collectors.joining("; "));
        return all + ". Next step: " + steps;
    }

    private String sentence() {
        return "%s: SAS '%s' is %s, needed is %s"
                .formatted(severity.name().toLowerCase(Locale.ROOT), field, found, needed);
    }

    @Override
    public String toString() {
        return describe(List.of(this));
    }
}
