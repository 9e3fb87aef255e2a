package io.transship.core.sas;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/**
 * The terms under which the SAS of a container are issued one after the other: what each of them grants, and when the
 * next one is due. Immutable.
 *
 * @param kind user-delegation or service
 * @param permissions exactly the rights that are needed
 * @param life from start to end
 */
public record SasTerms(SasToken.Kind kind, Set<SasPermission> permissions, Duration life) {

    public SasTerms {
        permissions = Set.copyOf(permissions);
    }

    /**
     * What a SAS that is issued now grants. It starts a little in the past, and its life counts from there: so the clocks
     * of this host and of the service may differ, and neither finds a user delegation key longer than seven days.
     */
    public SasGrant grant(Instant now) {
        Instant start = now.minus(SasValidator.CLOCK_SKEW).truncatedTo(ChronoUnit.SECONDS);
        return new SasGrant(permissions, start, start.plus(life));
    }

    /**
     * Why a SAS should be replaced by a new one now: it is not as these terms say, or less than half of its life is left.
     * Half, so that a rotation which fails has as much time again to be put right.
     *
     * @param keptUntil when the secret that holds it ends, where that is said
     * @return empty if it should be kept
     */
    public Optional<String> reasonToReplace(SasToken token, Optional<Instant> keptUntil, Instant now) {
        return difference(token).or(() -> age(token, keptUntil, now));
    }

    private Optional<String> difference(SasToken token) {
        if (token.kind() != kind) {
            return Optional.of("it is a %s SAS and should be a %s SAS".formatted(token.kind(), kind));
        }
        if (token.storedPolicy().isPresent()) {
            return Optional.of("it depends on a stored access policy");
        }
        if (!token.permissions().equals(permissions)) {
            return Optional.of("it gives the permissions '%s', needed are exactly '%s'"
                    .formatted(SasPermission.letters(token.permissions()), SasPermission.letters(permissions)));
        }
        if (!token.resource().orElse("").equals("c")) {
            return Optional.of("it is not for a container");
        }
        if (!token.isHttpsOnly() || token.addresses().isPresent()) {
            return Optional.of("it should be for HTTPS only and from any address");
        }
        return token.isSigned() ? Optional.empty() : Optional.of("it has no signature");
    }

    private Optional<String> age(SasToken token, Optional<Instant> keptUntil, Instant now) {
        if (token.expiry().isEmpty()) {
            return Optional.of("it has no end");
        }
        Instant expiry = token.expiry().orElseThrow();
        Instant end = keptUntil.filter(expiry::isAfter).orElse(expiry);
        if (!end.isAfter(now)) {
            return Optional.of("it expired on %s".formatted(end));
        }
        if (token.start().filter(now.plus(SasValidator.CLOCK_SKEW)::isBefore).isPresent()) {
            return Optional.of(
                    "it is not valid before %s".formatted(token.start().orElseThrow()));
        }
        Duration left = Duration.between(now, end);
        if (Duration.between(now, expiry).compareTo(life) > 0) {
            return Optional.of(
                    "it ends on %s, later than its lifetime of %d days allows".formatted(expiry, life.toDays()));
        }
        Duration whole = token.start()
                .map(start -> Duration.between(start, expiry))
                .filter(own -> own.compareTo(life) < 0)
                .orElse(life);
        return left.multipliedBy(2).compareTo(whole) < 0
                ? Optional.of("less than half of its life is left, it ends on %s".formatted(end))
                : Optional.empty();
    }
}
