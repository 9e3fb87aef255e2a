package io.transship.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CountersTest {

    @Test
    void processorTimeIsThatOfTheProcessAndOfItsEndedChildren() {
        String stat = "42 (a (strange) name) S 1 42 42 0 -1 4194304 1 2 3 4 150 50 7 3 20 0 1 0 100 0 0";
        assertThat(Counters.cpuSecondsWithChildren(stat)).isEqualTo(2.1);
    }

    @Test
    void writtenBytesAreThoseThatWentTowardsDisks() {
        assertThat(Counters.writtenBytes("rchar: 1\nwchar: 2\nread_bytes: 3\nwrite_bytes: 4096\n"))
                .isEqualTo(4096);
    }

    @Test
    void thisProcessHasUsedProcessorTimeAndMemory() throws IOException {
        long pid = ProcessHandle.current().pid();
        assertThat(Counters.cpuSeconds(pid)).isPositive();
        assertThat(Counters.ourCpuSeconds()).isGreaterThanOrEqualTo(Counters.cpuSeconds(pid) - 0.1);
        assertThat(Counters.machineCpuSeconds()).isGreaterThan(Counters.cpuSeconds(pid));
        assertThat(Counters.peakMemory(pid)).isGreaterThan(1 << 20);
    }
}
