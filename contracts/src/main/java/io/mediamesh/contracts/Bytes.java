package io.mediamesh.contracts;

import io.vertx.core.buffer.Buffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Bytes that nobody can change any more. */
public final class Bytes {
    private final byte[] array;
    private final MemorySegment segment;

    private Bytes(byte[] array) {
        this.array = array;
        this.segment = MemorySegment.ofArray(array).asReadOnly();
    }

    /** Takes the array over: the caller must not touch it afterwards. */
    public static Bytes takeOver(byte[] array) {
        return new Bytes(array);
    }

    /** A copy of the array. */
    public static Bytes copyOf(byte[] array) {
        return new Bytes(array.clone());
    }

    /** Number of bytes. */
    public int length() {
        return array.length;
    }

    /** The byte at this index, 0 to 255. */
    public int unsignedAt(int index) {
        return array[index] & 0xff;
    }

    /** A read-only view, for bulk copies into native memory and vectorised loops. */
    public MemorySegment segment() {
        return segment;
    }

    /** Copies a range into an array of the caller. */
    public void copyTo(int offset, byte[] target, int targetOffset, int length) {
        System.arraycopy(array, offset, target, targetOffset, length);
    }

    /** Copies everything into memory outside the heap, which must be large enough. */
    public void copyTo(MemorySegment target) {
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, 0, target, ValueLayout.JAVA_BYTE, 0, array.length);
    }

    /** The sum of a range of unsigned bytes. */
    public long unsignedSum(int offset, int length) {
        long sum = 0;
        int end = offset + length;
        int index = offset;
        // Partial sums in int let the JIT vectorise; 4096 · 255 stays far below the limit of an int.
        while (index < end) {
            int stop = Math.min(end, index + 4096);
            int partial = 0;
            for (; index < stop; index++) {
                partial += array[index] & 0xff;
            }
            sum += partial;
        }
        return sum;
    }

    /** Appends a copy to the buffer. */
    public void appendTo(Buffer buffer) {
        buffer.appendBytes(array);
    }

    /** A copy in Vert.x's form. */
    public Buffer toBuffer() {
        return Buffer.buffer(array);
    }

    /** A copy as an array. */
    public byte[] toArray() {
        return array.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        return array.length + " bytes";
    }
}
