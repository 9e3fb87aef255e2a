package io.transship.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What the kernel counts of processes and of the machine. Reading costs well under a millisecond.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/filesystems/proc.html">The /proc filesystem</a>
 */
public final class Counters {

    /** Linux counts in hundredths of a second towards programs, whatever it does inside. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int WITHOUT_CHILDREN = 2;
    private static final int WITH_CHILDREN = 4;

    private Counters() {}

    /** User and system time of a process so far, in seconds. */
    public static double cpuSeconds(long pid) throws IOException {
        return cpuSeconds(read(pid, "stat"), WITHOUT_CHILDREN);
    }

    /** The same from the text of a {@code stat} file, with that of children which have ended. */
    public static double cpuSecondsWithChildren(String stat) {
        return cpuSeconds(stat, WITH_CHILDREN);
    }

    private static double cpuSeconds(String stat, int fields) {
        // The name before the bracket may hold anything.
        String[] values = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Arrays.stream(values, USER_TIME, USER_TIME + fields)
                        .mapToLong(Long::parseLong)
                        .sum()
                / TICKS_PER_SECOND;
    }

    /** The most memory that a process had at once, in bytes; 0 if it is gone. */
    public static long peakMemory(long pid) {
        try {
            return value(read(pid, "status"), "VmHWM:") << 10;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Lets {@link #peakMemory} of a process begin anew; false if the kernel does not allow it. */
    public static boolean resetPeakMemory(long pid) {
        try {
            Files.writeString(file(pid, "clear_refs"), "5");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Bytes that a process sent towards disks so far. */
    public static long writtenBytes(long pid) throws IOException {
        return writtenBytes(read(pid, "io"));
    }

    /** The same from the text of an {@code io} file. */
    public static long writtenBytes(String io) {
        return value(io, "write_bytes:");
    }

    /** Children of a process which has one thread. */
    public static LongStream children(long pid) {
        try {
            return Arrays.stream(read(pid, "task/" + pid + "/children").split(" ", -1))
                    .filter(child -> !child.isBlank())
                    .mapToLong(Long::parseLong);
        } catch (IOException e) {
            return LongStream.empty();
        }
    }

    /** Processor time of this process, of what it started, and of what these started, ended ones included, in seconds. */
    public static double ourCpuSeconds() {
        ProcessHandle self = ProcessHandle.current();
        return Stream.concat(Stream.of(self), self.descendants())
                .mapToDouble(process -> {
                    try {
                        return cpuSecondsWithChildren(read(process.pid(), "stat"));
                    } catch (IOException e) {
                        return 0; // It has ended, and its parent counts it.
                    }
                })
                .sum();
    }

    /** Processor time that the machine spent on anything, in seconds. */
    public static double machineCpuSeconds() throws IOException {
        String total =
                Files.readString(Path.of("/proc/stat")).lines().findFirst().orElse("");
        List<Long> values = Arrays.stream(total.trim().split(" +", -1))
                .skip(1)
                .map(Long::valueOf)
                .toList();
        // user, nice, system, then idle and waiting, then interrupts.
        return (values.get(0) + values.get(1) + values.get(2) + values.get(5) + values.get(6)) / TICKS_PER_SECOND;
    }

    private static long value(String file, String key) {
        return file.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    private static String read(long pid, String name) throws IOException {
        return Files.readString(file(pid, name));
    }

    private static Path file(long pid, String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
