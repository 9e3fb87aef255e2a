package io.transship.core.sas;

import io.transship.core.sas.SasProblem.Code;
import io.transship.core.sas.SasProblem.Severity;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What a SAS allows, and on what: what is missing of both for a task, and what goes beyond it. */
final class SasRights {

    private static final String NARROWER = "no more than the task needs, so that a stolen SAS opens no more either";

    private SasRights() {}

    static void check(SasToken token, SasRequirements requirements, SasValidator.Problems problems) {
        checkPermissions(token, requirements, problems);
        checkScope(token, problems);
    }

    private static void checkPermissions(SasToken token, SasRequirements requirements, SasValidator.Problems problems) {
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
        String found = letters.map("'%s'"::formatted).orElse("missing");
        Set<SasPermission> missing = EnumSet.copyOf(requirements.needed());
        missing.removeAll(token.permissions());
        if (!missing.isEmpty()) {
            problems.error(
                    Code.PERMISSIONS_MISSING, "sp", found, "also '%s'".formatted(SasPermission.letters(missing)));
        }
        if (token.kind() != SasToken.Kind.ACCOUNT && !isInOrder(letters.orElse(""))) {
            problems.warning(
                    Code.PERMISSIONS_OUT_OF_ORDER,
                    "sp",
                    found,
                    "'%s': the service wants the letters in this order"
                            .formatted(SasPermission.letters(token.permissions())));
        }
        Set<SasPermission> beyond = beyond(token.permissions(), requirements);
        if (!beyond.isEmpty()) {
            problems.warning(
                    Code.MORE_THAN_NEEDED,
                    "sp",
                    "%s, of which '%s' is not used".formatted(found, SasPermission.letters(beyond)),
                    NARROWER);
        }
    }

    /** Whoever may write may create; that letter alone takes nobody further. */
    private static Set<SasPermission> beyond(Set<SasPermission> given, SasRequirements requirements) {
        Set<SasPermission> beyond = EnumSet.noneOf(SasPermission.class);
        beyond.addAll(given);
        beyond.removeAll(requirements.suggested());
        if (requirements.needed().contains(SasPermission.WRITE)) {
            beyond.remove(SasPermission.CREATE);
        }
        return beyond;
    }

    /** Letters that mean nothing for blobs are passed over. */
    private static boolean isInOrder(String letters) {
        String known = letters.chars()
                .filter(letter ->
                        !SasPermission.ofLetters(Character.toString(letter)).isEmpty())
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return known.equals(SasPermission.letters(SasPermission.ofLetters(letters)));
    }

    private static void checkScope(SasToken token, SasValidator.Problems problems) {
        switch (token.kind()) {
            case SERVICE, USER_DELEGATION -> {
                String resource = token.resource().orElse("");
                if (!resource.equals("c")) {
                    problems.error(Code.NOT_FOR_CONTAINER, "sr", shownResource(resource), "'c', the container");
                }
            }
            case ACCOUNT -> checkAccountScope(token, problems);
        }
    }

    private static void checkAccountScope(SasToken token, SasValidator.Problems problems) {
        String services = token.services().orElse("");
        if (services.indexOf('b') < 0) {
            problems.error(Code.SERVICES_MISSING, "ss", shown(services), "'b', Blob Storage");
        } else if (services.length() > 1) {
            problems.warning(
                    Code.MORE_THAN_NEEDED, "ss", shown(services) + ", more services than Blob Storage", NARROWER);
        }
        String types = token.resourceTypes().orElse("");
        if (types.indexOf('c') < 0 || types.indexOf('o') < 0) {
            problems.error(Code.RESOURCE_TYPES_MISSING, "srt", shown(types), "'c' and 'o', containers and objects");
        }
    }

    private static String shownResource(String resource) {
        return switch (resource) {
            case "b" -> "'b', a single blob";
            case "d" -> "'d', a single directory";
            default -> "'%s'".formatted(resource);
        };
    }

    private static String shown(String letters) {
        return letters.isEmpty() ? "missing" : "'%s'".formatted(letters);
    }
}
