package io.transship.core.sas;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A right that a SAS can give on blobs, in the order in which {@code sp} must name them. Letters that mean nothing for
 * blobs are not listed.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/create-service-sas#permissions-for-a-directory-container-or-blob">
 *     Permissions for a directory, container, or blob</a>
 */
public enum SasPermission {
    READ('r'),
    ADD('a'),
    CREATE('c'),
    WRITE('w'),
    DELETE('d'),
    DELETE_VERSION('x'),
    PERMANENT_DELETE('y'),
    LIST('l'),
    TAGS('t'),
    FIND('f'),
    MOVE('m'),
    EXECUTE('e'),
    IMMUTABILITY('i');

    private final char letter;

    SasPermission(char letter) {
        this.letter = letter;
    }

    /** The letter in {@code sp}. */
    public char letter() {
        return letter;
    }

    /** The letters of these rights, in their order. */
    public static String letters(Collection<SasPermission> permissions) {
        return permissions.stream()
                .sorted()
                .map(permission -> String.valueOf(permission.letter))
                .collect(Collectors.joining());
    }

    static Set<SasPermission> ofLetters(String letters) {
        return Stream.of(values())
                .filter(permission -> letters.indexOf(permission.letter) >= 0)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(SasPermission.class)));
    }
}
