package io.transship.core.transfer.artifact;

import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Divides what was sent among artifacts: content that several share counts as sent for the first and as saved for the others.
 * Not thread-safe.
 */
public final class ByteShares {

    private final Predicate<Digest> sent;
    private final Set<Digest> counted = new HashSet<>();

    /** Of these contents that were or would be sent; all others are saved. */
    public ByteShares(Predicate<Digest> sent) {
        this.sent = sent;
    }

    /** Bytes of one artifact. */
    public record Share(long sent, long saved) {

        static final Share NONE = new Share(0, 0);
    }

    /** The share of the next artifact, which consists of these contents. */
    public Share of(Collection<Descriptor> contents) {
        long bytesSent = 0;
        long bytesSaved = 0;
        for (Descriptor content : contents) {
            if (sent.test(content.digest()) && counted.add(content.digest())) {
                bytesSent += content.size();
            } else {
                bytesSaved += content.size();
            }
        }
        return new Share(bytesSent, bytesSaved);
    }
}
