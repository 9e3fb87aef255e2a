package io.transship.core.sas;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A shared access signature of any kind, parsed. Immutable. The signature is only in {@link #toQuery()}.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/delegate-access-with-shared-access-signature">
 *     Delegate access with a shared access signature</a>
 */
public final class SasToken {

    private static final Pattern VERSION = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern LETTERS = Pattern.compile("[a-zA-Z]{1,32}");

    /** Who signed it, and over what. */
    public enum Kind {
        /** Signed with the account's key, for one container or blob. */
        SERVICE("service"),
        /** Signed with the account's key, for whole services of the account. */
        ACCOUNT("account"),
        /** Signed with a key that Entra gave to a user or an identity; lives seven days at most. */
        USER_DELEGATION("user-delegation");

        private final String shown;

        Kind(String shown) {
            this.shown = shown;
        }

        @Override
        public String toString() {
            return shown;
        }
    }

    private final Map<String, String> parameters;
    private final Kind kind;
    private final Optional<Instant> start;
    private final Optional<Instant> expiry;

    private SasToken(Map<String, String> parameters) {
        this.parameters = parameters;
        this.kind = kindOf(parameters);
        this.start = Stream.concat(time("st").stream(), time("skt").stream()).max(Instant::compareTo);
        this.expiry = Stream.concat(time("se").stream(), time("ske").stream()).min(Instant::compareTo);
        for (String letters : Set.of("sp", "ss", "srt", "sr")) {
            String value = parameters.get(letters);
            if (value != null && !LETTERS.matcher(value).matches()) {
                throw new InvalidSasException("SAS parameter '%s' must be letters only".formatted(letters));
            }
        }
        if (!VERSION.matcher(parameters.getOrDefault("sv", "")).matches()) {
            throw new InvalidSasException("SAS parameter 'sv' is not a version: expected a date such as 2024-11-04");
        }
    }

    /**
     * Parses a token, with or without a question mark in front, its parameters in any order.
     *
     * @throws InvalidSasException if the text is no SAS; what a well-formed SAS lacks is the matter of {@link SasValidator}
     */
    public static SasToken parse(String text) {
        return new SasToken(SasParameters.parse(text));
    }

    public Kind kind() {
        return kind;
    }

    /** The rights on blobs that {@code sp} names; empty also if a stored access policy names them. */
    public Set<SasPermission> permissions() {
        return SasPermission.ofLetters(signedPermissions().orElse(""));
    }

    /** {@code sp} as it stands there. */
    public Optional<String> signedPermissions() {
        return value("sp");
    }

    /** The first instant at which it is valid: the later one of {@code st} and the delegation key's {@code skt}. */
    public Optional<Instant> start() {
        return start;
    }

    /**
     * The instant from which on it is refused: the earlier one of {@code se} and the delegation key's {@code ske}. Empty
     * if it is left to a stored access policy.
     */
    public Optional<Instant> expiry() {
        return expiry;
    }

    /** The stored access policy that decides what the token itself leaves open ({@code si}). */
    public Optional<String> storedPolicy() {
        return value("si");
    }

    /** The addresses that may use it ({@code sip}); empty for all. */
    public Optional<String> addresses() {
        return value("sip");
    }

    /** What a service or user-delegation SAS is for ({@code sr}): {@code c} is a container. */
    public Optional<String> resource() {
        return value("sr");
    }

    /** Services of an account SAS ({@code ss}): {@code b} is Blob Storage. */
    public Optional<String> services() {
        return value("ss");
    }

    /** Resource types of an account SAS ({@code srt}): service, container, object. */
    public Optional<String> resourceTypes() {
        return value("srt");
    }

    /** Whether the service refuses it over plain HTTP. */
    public boolean isHttpsOnly() {
        return value("spr").filter("https"::equals).isPresent();
    }

    /** Whether it has a signature; nothing is said about whether it is the right one. */
    public boolean isSigned() {
        return value("sig").isPresent();
    }

    /** The token as the query of a request, encoded, without a question mark; secret. */
    public String toQuery() {
        return SasParameters.print(parameters);
    }

    Map<String, String> parameters() {
        return parameters;
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    private static Kind kindOf(Map<String, String> parameters) {
        if (!parameters.containsKey("sv")) {
            throw new InvalidSasException("SAS has no 'sv': expected sv=…&sig=…; is it the token as a whole?");
        }
        if (parameters.containsKey("ss") || parameters.containsKey("srt")) {
            return Kind.ACCOUNT;
        }
        if (!parameters.containsKey("sr")) {
            throw new InvalidSasException(
                    "SAS says neither 'sr' nor 'ss' and 'srt': it belongs to a table, or a part of it is lost");
        }
        return parameters.containsKey("skoid") ? Kind.USER_DELEGATION : Kind.SERVICE;
    }

    /** ISO 8601 as the service accepts it: a date, or a date and a time with or without seconds. */
    Optional<Instant> time(String name) {
        String value = parameters.get(name);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    value.indexOf('T') < 0
                            ? LocalDate.parse(value)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant()
                            : OffsetDateTime.parse(value).toInstant());
        } catch (DateTimeException e) {
            throw new InvalidSasException(
                    "SAS parameter '%s' is not a time: expected a form such as 2026-01-31T00:00:00Z".formatted(name));
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SasToken token && token.parameters.equals(parameters);
    }

    @Override
    public int hashCode() {
        return parameters.hashCode();
    }

    /** Kind, rights and times; never the signature, and no free text of the token. */
    @Override
    public String toString() {
        return Stream.of(
                        signedPermissions().map(letters -> "permissions '" + letters + "'"),
                        storedPolicy().map(name -> "stored access policy"),
                        start.map(time -> "from " + time),
                        expiry.map(time -> "until " + time))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", ", kind + " SAS (", ")"));
    }
}
