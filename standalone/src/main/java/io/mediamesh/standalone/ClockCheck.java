package io.mediamesh.standalone;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the wall clock is kept right by somebody, and whether it jumped against the monotonic clock since this check
 * was made. Timestamps that clients see are wall clock time; everything inside uses the monotonic one.
 */
final class ClockCheck implements Check {
    private static final long JUMP_NANOS = Duration.ofMillis(100).toNanos();
    private static final int TIMEX_BYTES = 208;
    private static final int TIMEX_STATUS_OFFSET = 40;
    private static final int STA_UNSYNC = 0x40;

    private final long startWallNanos = wallNanos();
    private final long startMonotonicNanos = System.nanoTime();

    @Override
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        long elapsedNanos = System.nanoTime() - startMonotonicNanos;
        findings.add(ofJump(wallNanos() - startWallNanos - elapsedNanos));
        findings.add(isSynchronised()
                .map(synchronised -> synchronised
                        ? Finding.good("clock", "kept by a time service (NTP)")
                        : Finding.note(
                                "clock",
                                "not kept by a time service (NTP): its error is not known",
                                "install and start one, for example chrony, unless the host keeps the time"))
                .orElseGet(
                        () -> Finding.note("clock", "this system does not tell whether a time service keeps it", "")));
        return findings;
    }

    static Finding ofJump(long jumpNanos) {
        long millis = Duration.ofNanos(jumpNanos).toMillis();
        return Math.abs(jumpNanos) < JUMP_NANOS
                ? Finding.good("clock", "wall and monotonic clock agree")
                : Finding.bad(
                        "clock",
                        "the wall clock jumped by " + millis + " ms while the doctor looked",
                        "find out what sets the time; timestamps jump with it");
    }

    private static long wallNanos() {
        return System.currentTimeMillis() * 1_000_000;
    }

    /** What the Linux kernel knows: {@code adjtimex(2)} called without modes only reads. */
    @SuppressWarnings("restricted")
    private static Optional<Boolean> isSynchronised() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> function = linker.defaultLookup().find("adjtimex");
        if (function.isEmpty()) {
            return Optional.empty();
        }
        MethodHandle adjtimex =
                linker.downcallHandle(function.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timex = arena.allocate(TIMEX_BYTES, Long.BYTES);
            int state = (int) adjtimex.invokeExact(timex);
            if (state < 0) {
                return Optional.empty();
            }
            int status = timex.get(ValueLayout.JAVA_INT, TIMEX_STATUS_OFFSET);
            return Optional.of((status & STA_UNSYNC) == 0);
        } catch (Throwable unexpected) {
            return Optional.empty();
        }
    }
}
