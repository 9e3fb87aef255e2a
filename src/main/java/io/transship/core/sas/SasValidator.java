package io.transship.core.sas;

import io.transship.core.sas.SasProblem.Code;
import io.transship.core.sas.SasProblem.Severity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /** All problems of the token, errors and warnings, in the order in which one reads a SAS; empty if there are none. */
    public List<SasProblem> validate(SasToken token, SasRequirements requirements, SasTarget target) {
        Problems problems = new Problems(
                "make a new SAS and store it as the secret: " + command(requirements, target, token.kind()));
        checkSignature(token, problems);
        checkTimes(token, problems);
        checkPermissions(token, requirements, problems);
        checkScope(token, problems);
        checkTransport(token, problems);
        return List.copyOf(problems.found);
    }

    private static void checkSignature(SasToken token, Problems problems) {
        if (!token.isSigned()) {
            problems.error(Code.SIGNATURE_MISSING, "sig", "missing", "a signature; the token was not copied whole");
        }
    }

    private void checkTimes(SasToken token, Problems problems) {
        Instant now = clock.instant();
        token.start().filter(now::isBefore).ifPresent(start -> {
            Severity severity = start.isAfter(now.plus(CLOCK_SKEW)) ? Severity.ERROR : Severity.WARNING;
            problems.add(
                    Code.NOT_YET_VALID,
                    severity,
                    "st",
                    "'%s'".formatted(start),
                    "a time before %s".formatted(seconds(now)));
        });
        if (token.expiry().isEmpty()) {
            if (token.storedPolicy().isEmpty()) {
                problems.error(Code.EXPIRY_MISSING, "se", "missing", "the time of its end");
            }
            return;
        }
        Instant expiry = token.expiry().orElseThrow();
        String field = token.value("se").isPresent() ? "se" : "ske";
        if (!expiry.isAfter(now)) {
            problems.error(
                    Code.EXPIRED,
                    field,
                    "'%s', which is past".formatted(expiry),
                    "a time after %s".formatted(seconds(now)));
            return;
        }
        Duration warning = token.kind() == SasToken.Kind.USER_DELEGATION ? DELEGATION_EXPIRY_WARNING : EXPIRY_WARNING;
        if (expiry.isBefore(now.plus(warning))) {
            problems.warning(
                    Code.EXPIRES_SOON,
                    field,
                    "'%s', less than %d days ahead".formatted(expiry, warning.toDays()),
                    "a later end before it expires");
        }
    }

    private static void checkPermissions(SasToken token, SasRequirements requirements, Problems problems) {
        Optional<String> letters = token.signedPermissions();
        if (token.storedPolicy().isPresent()
                && (letters.isEmpty() || token.expiry().isEmpty())) {
            problems.add(
                    Code.STORED_POLICY,
                    Severity.WARNING,
                    "si",
                    "a stored access policy, so its rights and its end cannot be known from here",
                    "a policy that gives '%s'".formatted(SasPermission.letters(requirements.needed())),
                    "check the policy with: az storage container policy list, or make a SAS without one");
        }
        if (letters.isEmpty() && token.storedPolicy().isPresent()) {
            return;
        }
        Set<SasPermission> missing = EnumSet.copyOf(requirements.needed());
        missing.removeAll(token.permissions());
        if (!missing.isEmpty()) {
            problems.error(
                    Code.PERMISSIONS_MISSING,
                    "sp",
                    letters.map("'%s'"::formatted).orElse("missing"),
                    "also '%s'".formatted(SasPermission.letters(missing)));
        }
    }

    private static void checkScope(SasToken token, Problems problems) {
        switch (token.kind()) {
            case SERVICE, USER_DELEGATION -> {
                String resource = token.resource().orElse("");
                if (!resource.equals("c")) {
                    String found = resource.equals("b") ? "'b', a single blob" : "'%s'".formatted(resource);
                    problems.error(Code.NOT_FOR_CONTAINER, "sr", found, "'c', the container");
                }
            }
            case ACCOUNT -> {
                String services = token.services().orElse("");
                if (services.indexOf('b') < 0) {
                    problems.error(Code.SERVICES_MISSING, "ss", shown(services), "'b', Blob Storage");
                }
                String types = token.resourceTypes().orElse("");
                if (types.indexOf('c') < 0 || types.indexOf('o') < 0) {
                    problems.error(
                            Code.RESOURCE_TYPES_MISSING, "srt", shown(types), "'c' and 'o', containers and objects");
                }
            }
        }
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

    private static String shown(String letters) {
        return letters.isEmpty() ? "missing" : "'%s'".formatted(letters);
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    private static final class Problems {

        private final List<SasProblem> found = new ArrayList<>();
        private final String command;

        Problems(String command) {
            this.command = command;
        }

        void error(Code code, String field, String found, String needed) {
            add(code, Severity.ERROR, field, found, needed);
        }

        void warning(Code code, String field, String found, String needed) {
            add(code, Severity.WARNING, field, found, needed);
        }

        void add(Code code, Severity severity, String field, String found, String needed) {
            add(code, severity, field, found, needed, command);
        }

        void add(Code code, Severity severity, String field, String found, String needed, String nextStep) {
            this.found.add(new SasProblem(code, severity, field, found, needed, nextStep));
        }
    }
}
