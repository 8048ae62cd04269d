package io.mediamesh.ingest;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;

/**
 * What libavformat asks before each wait, which is some thousand times a second: whether to give up. So it is asked
 * without the objects that a callback of JavaCPP makes. Freed by {@link #close()}, after libavformat's context.
 */
@SuppressWarnings("restricted")
final class InterruptCheck implements AutoCloseable {
    private static final MethodHandle ANSWER;

    static {
        try {
            MethodHandle answer = MethodHandles.lookup()
                    .findVirtual(InterruptCheck.class, "answer", MethodType.methodType(int.class));
            // libavformat passes a pointer of ours, of which there is none.
            ANSWER = MethodHandles.dropArguments(answer, 1, MemorySegment.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final BooleanSupplier mustEnd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment function;

    InterruptCheck(BooleanSupplier mustEnd) {
        this.mustEnd = mustEnd;
        this.function = Linker.nativeLinker()
                .upcallStub(
                        ANSWER.bindTo(this), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS), arena);
    }

    /** The function's address is the first field of the structure. */
    void installIn(AVIOInterruptCB callback) {
        MemorySegment.ofAddress(callback.address())
                .reinterpret(ValueLayout.ADDRESS.byteSize())
                .set(ValueLayout.ADDRESS, 0, function);
    }

    @SuppressWarnings("UnusedMethod") // called by native code
    private int answer() {
        try {
            return mustEnd.getAsBoolean() ? 1 : 0;
        } catch (RuntimeException | Error mustNotReachNativeCode) {
            return 1;
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
