package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcFsTest {
    /** Fields 1 to 17 in the order of proc(5): utime, the 14th, is 1234 ticks and stime, the 15th, 66. */
    private static final String STAT = "4242 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 1234 66 11 12";

    /** Two ends of one connection as the kernel prints them: 0x1F90 is port 8080, 0xC350 is 50000. */
    private static final String TCP = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000005 00:00000000 00000000     0        0 1 1
               1: 0100007F:1F90 0100007F:C350 01 00010000:00000003 01:00000014 00000000     0        0 2 1
               2: 0100007F:C350 0100007F:1F90 01 00000007:00001200 00:00000000 00000000     0        0 3 1
               3: 0100007F:1F90 0100007F:C351 01 000F0000:00000000 00:00000000 00000000     0        0 4 1
            """;

    @Test
    void cpuTimeIsUserAndSystemTimeInHundredthsOfASecond() {
        assertThat(ProcFs.cpuTimeOf(STAT)).isEqualTo(Duration.ofSeconds(13));
    }

    @Test
    void threadsOfAPoolHaveOneName() {
        assertThat(ProcFs.threadNameOf(STAT)).isEqualTo("a (b) c");
        assertThat(ProcFs.threadNameOf("7 (vision-frames-12) S 1")).isEqualTo("vision-frames-#");
        assertThat(ProcFs.threadNameOf("7 (C2 CompilerThre) S 1")).isEqualTo("C# CompilerThre");
    }

    @Test
    void theThreadsOfAProcessTakeItsWholeTime() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/task")), "needs Linux's /proc");
        long pid = ProcessHandle.current().pid();
        Duration threads = ProcFs.cpuTimeByThreads(pid).values().stream().reduce(Duration.ZERO, Duration::plus);

        assertThat(ProcFs.cpuTimeByThreads(pid)).containsKey("Signal Dispatch");
        // What ended threads have taken is in the time of the process alone.
        assertThat(threads).isPositive().isLessThanOrEqualTo(ProcFs.cpuTime(pid));
    }

    @Test
    void residentMemoryIsGivenInKibibytes() {
        assertThat(ProcFs.residentBytesOf("Name:\tjava\nVmPeak:\t  999 kB\nVmRSS:\t  450 kB\nRssAnon:\t 1 kB\n"))
                .isEqualTo(450 * 1024);
    }

    @Test
    void aProcessThatEndedHasNoMemory() {
        assertThatThrownBy(() -> ProcFs.residentBytesOf("Name:\tjava\nState:\tZ (zombie)\n"))
                .hasMessageContaining("ended");
    }

    @Test
    void bytesUnderWayAreTheSendersUnsentAndTheReceiversUnread() {
        assertThat(ProcFs.bytesUnderWayOf(TCP, 8080, 50_000)).isEqualTo(0x10000 + 0x1200);
        assertThat(ProcFs.bytesUnderWayOf(TCP, 50_000, 8080)).isEqualTo(7 + 3);
        assertThat(ProcFs.bytesUnderWayOf(TCP, 8080, 50_002)).isZero();
    }

    @Test
    void theKernelCountsWhatAStalledReaderLeaves() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/net/tcp")), "needs Linux's /proc");
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                Socket reader = new Socket()) {
            reader.connect(new InetSocketAddress(loopback, server.getLocalPort()));
            try (Socket writer = server.accept()) {
                writer.getOutputStream().write(new byte[12_345]);
                assertThat(ProcFs.bytesUnderWay(writer.getLocalPort(), reader.getLocalPort()))
                        .isGreaterThanOrEqualTo(12_345);
                assertThat(reader.getInputStream().readNBytes(12_345)).hasSize(12_345);
                assertThat(ProcFs.bytesUnderWay(writer.getLocalPort(), reader.getLocalPort()))
                        .isLessThan(12_345);
            }
        }
    }

    @Test
    void cpuTimeAgreesWithTheJvmsOwnCount() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "needs Linux's /proc");
        ProcessHandle self = ProcessHandle.current();
        Duration before = self.info().totalCpuDuration().orElseThrow();
        Duration counted = ProcFs.cpuTime(self.pid());
        Duration after = self.info().totalCpuDuration().orElseThrow();

        // Both are counted in steps of 10 ms.
        assertThat(counted.toMillis()).isBetween(before.toMillis() - 20, after.toMillis() + 20);
    }
}
