package io.transship.bench.sink;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files for the bytes of blocks. Those that nobody needs any more are written over: memory that was touched before costs a
 * virtual machine far less than new memory, so that rounds are alike. Thread-safe.
 */
final class BlockFiles {

    private final Path directory;
    private final AtomicLong made = new AtomicLong();
    private final Queue<Path> free = new ConcurrentLinkedQueue<>();

    BlockFiles(Path directory) {
        this.directory = directory;
    }

    /** A file that is nobody else's; it may be longer than what will be written to it. */
    Path take() {
        Path used = free.poll();
        return used == null ? directory.resolve(made.incrementAndGet() + ".block") : used;
    }

    void giveBack(Path file) {
        free.add(file);
    }

    /** The caller closes it. */
    static FileChannel openToWrite(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
