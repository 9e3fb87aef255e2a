package io.transship.bench.machine;

/**
 * One thing that was measured as a whole.
 *
 * @param name of what ran
 * @param wall seconds from its beginning to its end
 * @param cpu user and system time of its processes in seconds
 * @param peakMemory of its largest process in bytes
 * @param written bytes that it sent towards disks
 * @param otherCpu seconds of processor time that went to neither it nor the servers
 */
public record Stage(String name, double wall, double cpu, long peakMemory, long written, double otherCpu) {}
