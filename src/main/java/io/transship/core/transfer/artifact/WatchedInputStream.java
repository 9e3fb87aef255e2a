package io.transship.core.transfer.artifact;

import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.TransferListener;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Content on its way out: tells how much of it was read, and ends when nobody wants it any more. */
final class WatchedInputStream extends FilterInputStream {

    private final Deadline deadline;
    private final TransferListener listener;

    WatchedInputStream(InputStream content, Deadline deadline, TransferListener listener) {
        super(content);
        this.deadline = deadline;
        this.listener = listener;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        deadline.requireWanted();
        int read = super.read(buffer, offset, length);
        if (read > 0) {
            listener.sent(read);
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
