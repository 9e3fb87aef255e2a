package io.transship.core.transfer;

/** Hears how a move goes on. Called from several threads at once. */
public interface TransferListener {

    /** Hears nothing. */
    TransferListener NONE = new TransferListener() {};

    /** Bytes were sent to the target. */
    default void sent(long bytes) {}

    /** Bytes need not be sent: they were staged before, or the target has them. */
    default void saved(long bytes) {}
}
