package io.transship.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Watches which files a process writes: all that appear in its folder for temporary files, and all that it holds open for
 * writing anywhere. The kernel's own count of written bytes has the last word, since a look now and then can miss a file.
 * Linux only. Safe for use by several threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_io.5.html">proc_pid_io(5)</a>
 */
public final class WrittenFiles implements AutoCloseable {

    private static final long PAUSE_MILLIS = 20;

    /** Access mode of an open file: write-only or read and write. */
    private static final int WRITABLE = 03;

    private final Path process;
    private final Path temporary;
    private final Path log;
    private final Set<Path> found = new ConcurrentSkipListSet<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread watcher;

    private WrittenFiles(Path process, Path temporary, Path log) {
        this.process = process;
        this.temporary = temporary;
        this.log = log;
        this.watcher = Thread.ofPlatform().name("written-files").start(this::watch);
    }

    /** Whether this system tells what a process does. */
    public static boolean areKnown() {
        return Files.isReadable(Path.of("/proc/self/io"));
    }

    /**
     * Begins to watch a host.
     *
     * @param temporary its folder for temporary files
     */
    public static WrittenFiles of(HostProcess host, Path temporary) throws IOException {
        return new WrittenFiles(
                Path.of("/proc", Long.toString(host.pid())),
                temporary.toRealPath(),
                host.log().toRealPath());
    }

    /** The files that were seen, without the log of the host. */
    public Set<Path> seen() {
        return Set.copyOf(found);
    }

    /** Bytes that the process has written to file systems since it started, its log included. */
    public long bytes() throws IOException {
        return number("io", "write_bytes:");
    }

    /** The most memory that the process ever held. */
    public long peakMemory() throws IOException {
        return number("status", "VmHWM:") * 1024;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            watcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long number(String file, String label) throws IOException {
        for (String line : Files.readAllLines(process.resolve(file))) {
            if (line.startsWith(label)) {
                return Long.parseLong(
                        line.substring(label.length()).replace("kB", "").strip());
            }
        }
        throw new IOException("'%s' has no line '%s'".formatted(process.resolve(file), label));
    }

    private void watch() {
        try {
            do {
                look();
            } while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        found.addAll(list(temporary));
        for (Path open : list(process.resolve("fd"))) {
            try {
                Path file = Files.readSymbolicLink(open);
                if (file.isAbsolute() && !file.equals(log) && isWritable(open) && isOnDisk(file)) {
                    found.add(file);
                }
            } catch (IOException e) {
                // It was closed between two questions.
            }
        }
    }

    private boolean isWritable(Path open) throws IOException {
        for (String line : Files.readAllLines(process.resolve("fdinfo").resolve(open.getFileName()))) {
            if (line.startsWith("flags:")) {
                return (Integer.parseInt(line.substring("flags:".length()).strip(), 8) & WRITABLE) != 0;
            }
        }
        return false;
    }

    /** A deleted file is still one. */
    private static boolean isOnDisk(Path file) {
        return Files.isRegularFile(file) || file.toString().endsWith(" (deleted)");
    }

    private static List<Path> list(Path directory) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            List<Path> paths = new ArrayList<>();
            entries.forEach(paths::add);
            return paths;
        } catch (IOException e) {
            return List.of(); // The process has ended.
        }
    }
}
