package io.transship.core.sas;

import io.transship.core.sas.SasProblem.Code;
import io.transship.core.sas.SasProblem.Severity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds all that is wrong with a SAS for a task, before the service is asked. Thread-safe.
 *
 * <p>It cannot know whether the signature is right, nor for which container a container SAS was signed: neither is in
 * the token. Both show at the first request.
 */
public final class SasValidator {

    /**
     * How far the clocks of this host and of the service may lie apart: a start this little ahead is only warned about.
     *
     * @see <a href="https://learn.microsoft.com/azure/storage/common/storage-sas-overview#best-practices-when-using-sas">
     *     Best practices when using SAS</a>
     */
    public static final Duration CLOCK_SKEW = Duration.ofMinutes(15);

    /** A SAS that ends earlier than this is warned about, so that someone renews it in time. */
    public static final Duration EXPIRY_WARNING = Duration.ofDays(7);

    /**
     * The same for a user-delegation SAS, which the service lets live for {@link #EXPIRY_WARNING} at most: the longer
     * time would warn always.
     */
    public static final Duration DELEGATION_EXPIRY_WARNING = Duration.ofDays(1);

    private static final Duration SUGGESTED_LIFE = Duration.ofDays(30);
    private static final Duration SUGGESTED_DELEGATION_LIFE = Duration.ofDays(6);

    private final Clock clock;

    public SasValidator(Clock clock) {
        this.clock = clock;
    }

    /** The problems for a task of which is not known how long it will take. */
    public List<SasProblem> validate(SasToken token, SasRequirements requirements, SasTarget target) {
        return validate(token, requirements, target, Duration.ZERO);
    }

    /**
     * All problems of the token, errors and warnings, in the order in which one reads a SAS; empty if there are none.
     *
     * @param use how long the task will go on, as far as is known
     */
    public List<SasProblem> validate(SasToken token, SasRequirements requirements, SasTarget target, Duration use) {
        Problems problems = new Problems(
                "make a new SAS and store it as the secret: " + command(requirements, target, token.kind()));
        if (!token.isSigned()) {
            problems.error(Code.SIGNATURE_MISSING, "sig", "missing", "a signature; the token was not copied whole");
        }
        SasLife.check(token, clock.instant(), use, problems);
        SasRights.check(token, requirements, problems);
        checkTransport(token, problems);
        return List.copyOf(problems.found);
    }

    private static void checkTransport(SasToken token, Problems problems) {
        if (!token.isHttpsOnly()) {
            problems.warning(
                    Code.HTTP_ALLOWED,
                    "spr",
                    token.value("spr").isPresent() ? "not 'https' alone" : "missing",
                    "'https', so that it cannot be used in the clear");
        }
        if (token.addresses().isPresent()) {
            problems.add(
                    Code.ADDRESSES_RESTRICTED,
                    Severity.WARNING,
                    "sip",
                    "limited to some addresses",
                    "that the app's outbound addresses are among them",
                    "compare it with the outbound addresses of the function app");
        }
    }

    /**
     * A command that prints a new SAS of a container without any problem for this task.
     *
     * @param kind user-delegation, or any other for one that is signed with the account's key
     */
    public String command(SasRequirements requirements, SasTarget target, SasToken.Kind kind) {
        boolean delegated = kind == SasToken.Kind.USER_DELEGATION;
        Instant expiry = clock.instant()
                .plus(delegated ? SUGGESTED_DELEGATION_LIFE : SUGGESTED_LIFE)
                .truncatedTo(ChronoUnit.HOURS);
        return "az storage container generate-sas --account-name %s --name %s --permissions %s --expiry %s --https-only%s --output tsv"
                .formatted(
                        target.account(),
                        target.container(),
                        SasPermission.letters(requirements.suggested()),
                        expiry.toString().replace(":00Z", "Z"),
                        delegated ? " --as-user --auth-mode login" : "");
    }

    /** What was found so far; the next step of most problems is a new SAS. */
    static final class Problems {

        private final List<SasProblem> found = new ArrayList<>();
        private final String command;

        private Problems(String command) {
            this.command = command;
        }

        void error(Code code, String field, String found, String needed) {
            add(code, Severity.ERROR, field, found, needed, command);
        }

        void warning(Code code, String field, String found, String needed) {
            add(code, Severity.WARNING, field, found, needed, command);
        }

        void add(Code code, Severity severity, String field, String found, String needed, String nextStep) {
            this.found.add(new SasProblem(code, severity, field, found, needed, nextStep));
        }

        void add(Code code, Severity severity, String field, String found, String needed) {
            add(code, severity, field, found, needed, command);
        }
    }
}
