package io.transship.local.artifacts;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The judge's own digests, spelled as OCI does. */
public final class Sha256 {

    private Sha256() {}

    /** A new digest. */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** How OCI spells a digest that is complete. */
    public static String name(MessageDigest complete) {
        return "sha256:" + HexFormat.of().formatHex(complete.digest());
    }

    /** The digest of these bytes. */
    public static String of(byte[] content) {
        MessageDigest digest = start();
        digest.update(content);
        return name(digest);
    }
}
