package io.transship.core.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The identity of content: an algorithm and the lower-case hex of its hash.
 *
 * <p>Only the registered algorithms are accepted, because content whose digest cannot be computed cannot be verified.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests">image-spec 1.1,
 *     digests</a>
 */
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {

    /** A registered digest algorithm. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String ociName;
        private final String javaName;
        private final Pattern hexPattern;

        Algorithm(String ociName, String javaName, int hexLength) {
            this.ociName = ociName;
            this.javaName = javaName;
            this.hexPattern = Pattern.compile("[0-9a-f]{" + hexLength + "}");
        }

        /** The name in front of the colon of a digest. */
        public String ociName() {
            return ociName;
        }

        /** A new hash computation; not thread-safe. */
        public MessageDigest newHasher() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has " + javaName, e);
            }
        }
    }

    public Digest {
        if (!algorithm.hexPattern.matcher(hex).matches()) {
            throw new InvalidReferenceException("digest '%s:%s' is not valid: expected %s lower-case hex characters"
                    .formatted(algorithm.ociName, abbreviate(hex), algorithm.hexPattern.pattern()));
        }
    }

    /**
     * Parses {@code algorithm:hex}.
     *
     * @throws InvalidReferenceException if the text is not a digest of a registered algorithm
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new InvalidReferenceException(
                    "digest '%s' is not valid: expected algorithm:hex, such as sha256:…".formatted(abbreviate(text)));
        }
        String name = text.substring(0, colon);
        for (Algorithm algorithm : Algorithm.values()) {
            if (algorithm.ociName.equals(name)) {
                return new Digest(algorithm, text.substring(colon + 1));
            }
        }
        throw new InvalidReferenceException("digest '%s' has the algorithm '%s'; only sha256 and sha512 can be verified"
                .formatted(abbreviate(text), abbreviate(name)));
    }

    /** The SHA-256 digest of these bytes. */
    public static Digest sha256Of(byte[] content) {
        return of(Algorithm.SHA256, content);
    }

    /** The digest of these bytes under the given algorithm. */
    public static Digest of(Algorithm algorithm, byte[] content) {
        return finish(algorithm, algorithm.newHasher().digest(content));
    }

    /** The digest that a completed hash computation stands for. */
    public static Digest finish(Algorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    /** The first twelve hex characters: enough for a person, never for a comparison. */
    public String shortHex() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return algorithm.ociName + ":" + hex;
    }

    private static String abbreviate(String text) {
        return text.length() <= 140 ? text : text.substring(0, 140) + "…";
    }
}
