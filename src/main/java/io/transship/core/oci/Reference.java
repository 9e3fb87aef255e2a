package io.transship.core.oci;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names an artifact inside a registry, as ACR Transfer writes it: {@code repository:tag}, {@code repository@digest}, or
 * {@code repository} alone, which means its tag {@code latest}. The registry itself is never part of it.
 *
 * @param tag absent when the artifact is named by digest
 * @param digest absent when the artifact is named by tag
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests">
 *     distribution-spec 1.1, pulling manifests</a>
 */
public record Reference(
        String repository, @Nullable String tag, @Nullable Digest digest) implements Comparable<Reference> {

    private static final int MAX_REPOSITORY_LENGTH = 255;
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    public Reference {
        if (repository.length() > MAX_REPOSITORY_LENGTH
                || !REPOSITORY.matcher(repository).matches()) {
            throw new InvalidReferenceException(
                    "repository '%s' is not valid: expected lower-case letters, digits and . _ - between them, parts"
                                    .formatted(abbreviate(repository))
                            + " separated by /, at most 255 characters, and no registry name in front");
        }
        if (tag != null && !TAG.matcher(tag).matches()) {
            throw new InvalidReferenceException(
                    "tag '%s' is not valid: expected letters, digits and . _ -, at most 128 characters"
                            .formatted(abbreviate(tag)));
        }
        if ((tag == null) == (digest == null)) {
            throw new InvalidReferenceException(
                    "an artifact of '%s' is named by a tag or by a digest, by exactly one of them"
                            .formatted(repository));
        }
    }

    /**
     * Parses an artifact's name.
     *
     * @throws InvalidReferenceException if it is none; a name with both tag and digest is refused, because the two may
     *     disagree
     */
    public static Reference parse(String text) {
        int at = text.indexOf('@');
        if (at >= 0) {
            String repository = text.substring(0, at);
            if (repository.indexOf(':') >= 0) {
                throw new InvalidReferenceException(
                        "artifact '%s' has a tag and a digest, which may disagree: name it by one of them"
                                .formatted(abbreviate(text)));
            }
            return new Reference(repository, null, Digest.parse(text.substring(at + 1)));
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return new Reference(text, "latest", null);
        }
        if (text.indexOf('/', colon) >= 0) {
            throw new InvalidReferenceException(
                    "artifact '%s' starts with a registry: name it inside its registry, as repository:tag"
                            .formatted(abbreviate(text)));
        }
        return new Reference(text.substring(0, colon), text.substring(colon + 1), null);
    }

    public static Reference ofTag(String repository, String tag) {
        return new Reference(repository, tag, null);
    }

    public static Reference ofDigest(String repository, Digest digest) {
        return new Reference(repository, null, digest);
    }

    /** The tag or the digest: what follows {@code /manifests/} in a request. */
    public String tagOrDigest() {
        return tag != null ? tag : String.valueOf(digest);
    }

    @Override
    public int compareTo(Reference other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return tag != null ? repository + ":" + tag : repository + "@" + digest;
    }

    private static String abbreviate(String text) {
        return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }
}
