package io.transship.core.transfer;

import java.io.IOException;

/**
 * The moment before a transfer makes its result visible. Passed right before the one request, or the first of several, that
 * does so; everything before it can be given up without a trace.
 */
@FunctionalInterface
public interface CommitPoint {

    /** Always lets pass. */
    CommitPoint OPEN = () -> {};

    /**
     * Lets the transfer go on.
     *
     * @throws IOException if it was given up, and nothing may become visible
     */
    void pass() throws IOException;
}
