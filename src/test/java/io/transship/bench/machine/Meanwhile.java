package io.transship.bench.machine;

import java.io.IOException;

/** Watches from its making on what the machine did that was none of our business, in processor time. */
public final class Meanwhile {

    private final double machine;
    private final double ours;
    private final long began;

    private Meanwhile(double machine, double ours, long began) {
        this.machine = machine;
        this.ours = ours;
        this.began = began;
    }

    /** Begins now. */
    public static Meanwhile begin() throws IOException {
        return new Meanwhile(Counters.machineCpuSeconds(), Counters.ourCpuSeconds(), System.nanoTime());
    }

    /** Seconds since the beginning. */
    public double wall() {
        return (System.nanoTime() - began) / 1e9;
    }

    /** Processor time of others since the beginning, in seconds; kernel threads are others too. */
    public double otherCpu() throws IOException {
        double all = Counters.machineCpuSeconds() - machine;
        return Math.max(0, all - (Counters.ourCpuSeconds() - ours));
    }
}
