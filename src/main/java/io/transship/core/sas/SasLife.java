package io.transship.core.sas;

import io.transship.core.sas.SasProblem.Code;
import io.transship.core.sas.SasProblem.Severity;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** When a SAS is valid: what is wrong with its start and its end, and with the delegation key that lends it its life. */
final class SasLife {

    private SasLife() {}

    static void check(SasToken token, Instant now, Duration use, SasValidator.Problems problems) {
        checkDelegation(token, problems);
        checkStart(token, now, problems);
        checkEnd(token, now, use, problems);
    }

    /** Without one of these the service cannot find the key that signed, and refuses. */
    private static void checkDelegation(SasToken token, SasValidator.Problems problems) {
        if (token.kind() != SasToken.Kind.USER_DELEGATION) {
            return;
        }
        String missing = Stream.of("sktid", "skt", "ske", "sks", "skv")
                .filter(name -> token.value(name).isEmpty())
                .collect(Collectors.joining("', '"));
        if (!missing.isEmpty()) {
            problems.error(
                    Code.DELEGATION_INCOMPLETE,
                    "skoid",
                    "without '%s'".formatted(missing),
                    "all that names the delegation key; the token was not copied whole");
        }
    }

    private static void checkStart(SasToken token, Instant now, SasValidator.Problems problems) {
        token.start().filter(now::isBefore).ifPresent(start -> {
            Severity severity = start.isAfter(now.plus(SasValidator.CLOCK_SKEW)) ? Severity.ERROR : Severity.WARNING;
            problems.add(
                    Code.NOT_YET_VALID,
                    severity,
                    fieldOf(token, "st", "skt", start),
                    "'%s'".formatted(start),
                    "a time before %s".formatted(seconds(now)));
        });
    }

    private static void checkEnd(SasToken token, Instant now, Duration use, SasValidator.Problems problems) {
        Optional<Instant> end = token.expiry();
        if (end.isEmpty()) {
            if (token.storedPolicy().isEmpty()) {
                problems.error(Code.EXPIRY_MISSING, "se", "missing", "the time of its end");
            }
            return;
        }
        Instant expiry = end.get();
        String field = fieldOf(token, "se", "ske", expiry);
        String found = "'%s'".formatted(expiry);
        if (token.start().filter(start -> !start.isBefore(expiry)).isPresent()) {
            problems.error(
                    Code.NEVER_VALID, field, found + ", which is no later than its start", "a time after its start");
        } else if (!expiry.isAfter(now)) {
            problems.error(Code.EXPIRED, field, found + ", which is past", "a time after %s".formatted(seconds(now)));
        } else if (expiry.isBefore(now.plus(use))) {
            problems.warning(
                    Code.EXPIRES_WITHIN_RUN,
                    field,
                    found + ", before the run will be over at its present rate",
                    "a later end before it expires; a new version of the secret is taken up by the run as it goes");
        } else {
            Duration warning = token.kind() == SasToken.Kind.USER_DELEGATION
                    ? SasValidator.DELEGATION_EXPIRY_WARNING
                    : SasValidator.EXPIRY_WARNING;
            if (expiry.isBefore(now.plus(warning))) {
                problems.warning(
                        Code.EXPIRES_SOON,
                        field,
                        "%s, less than %d days ahead".formatted(found, warning.toDays()),
                        "a later end before it expires");
            }
        }
    }

    /** Of the token's own time and that of its delegation key, the one that decided. */
    private static String fieldOf(SasToken token, String own, String key, Instant decisive) {
        return token.time(own).filter(decisive::equals).isPresent() ? own : key;
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
