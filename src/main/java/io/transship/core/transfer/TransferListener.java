package io.transship.core.transfer;

import io.transship.core.oci.Digest;

/** Hears how a move goes on. Called from several threads at once. */
public interface TransferListener {

    /** Hears nothing. */
    TransferListener NONE = new TransferListener() {};

    /** Bytes were sent to the target; whether they arrive is not known yet. */
    default void sent(long bytes) {}

    /** Bytes that were sent are at the target. */
    default void arrived(long bytes) {}

    /** Bytes are at the target which its service fetched from the source by itself: nobody sent them. */
    default void copied(long bytes) {}

    /** Bytes need not be sent: they were staged before, or the target has them. */
    default void saved(long bytes) {}

    /**
     * A content of an import is at the target, in every repository that needs it.
     *
     * @param sent false if it was found there
     */
    default void placed(Digest content, boolean sent) {}
}
