package io.transship.core.transfer;

import java.util.concurrent.atomic.AtomicLong;

/** Adds up what is told of bytes. Thread-safe. */
public final class Heard implements TransferListener {

    public final AtomicLong sent = new AtomicLong();
    public final AtomicLong arrived = new AtomicLong();
    public final AtomicLong saved = new AtomicLong();
    public final AtomicLong copied = new AtomicLong();

    @Override
    public void sent(long bytes) {
        sent.addAndGet(bytes);
    }

    @Override
    public void arrived(long bytes) {
        arrived.addAndGet(bytes);
    }

    @Override
    public void saved(long bytes) {
        saved.addAndGet(bytes);
    }

    @Override
    public void copied(long bytes) {
        copied.addAndGet(bytes);
    }
}
