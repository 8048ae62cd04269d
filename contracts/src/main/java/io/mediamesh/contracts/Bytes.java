package io.mediamesh.contracts;

import io.vertx.core.buffer.Buffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/** Bytes that nobody can change any more. */
public final class Bytes {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long EVEN_BYTES = 0x00ff_00ff_00ff_00ffL;
    // A word adds at most 510 to a lane of 16 bits.
    private static final int WORDS_IN_LANES = 0xffff / 510;

    private final byte[] array;
    private final int start;
    private final int length;

    private Bytes(byte[] array, int start, int length) {
        this.array = array;
        this.start = start;
        this.length = length;
    }

    /** Takes the array over: the caller must not touch it afterwards. */
    public static Bytes takeOver(byte[] array) {
        return new Bytes(array, 0, array.length);
    }

    /** Takes a range of an array over, which stays in memory as a whole: the caller must not touch it afterwards. */
    public static Bytes takeOver(byte[] array, int start, int length) {
        return new Bytes(array, start, length);
    }

    /** A copy of the array. */
    public static Bytes copyOf(byte[] array) {
        return takeOver(array.clone());
    }

    /** Number of bytes. */
    public int length() {
        return length;
    }

    /** The byte at this index, 0 to 255. */
    public int unsignedAt(int index) {
        return array[start + Objects.checkIndex(index, length)] & 0xff;
    }

    /** A read-only view, for bulk copies into native memory and vectorised loops. */
    public MemorySegment segment() {
        return MemorySegment.ofArray(array).asSlice(start, length).asReadOnly();
    }

    /** Copies a range into an array of the caller. */
    public void copyTo(int offset, byte[] target, int targetOffset, int count) {
        Objects.checkFromIndexSize(offset, count, length);
        System.arraycopy(array, start + offset, target, targetOffset, count);
    }

    /** Copies everything into memory outside the heap, which must be large enough. */
    public void copyTo(MemorySegment target) {
        MemorySegment.copy(array, start, target, ValueLayout.JAVA_BYTE, 0, length);
    }

    /** The sum of a range of unsigned bytes. */
    public long unsignedSum(int offset, int count) {
        return unsignedSum(segment(), offset, count);
    }

    /** The sum of a range of unsigned bytes in any memory. */
    public static long unsignedSum(MemorySegment memory, long offset, long count) {
        Objects.checkFromIndexSize(offset, count, memory.byteSize());
        long sum = 0;
        long index = offset;
        long end = offset + count;
        // Eight bytes at once, in four lanes of 16 bits: the JIT makes nothing better of a loop over single bytes.
        while (end - index >= Long.BYTES) {
            long stop = Math.min(end - Long.BYTES + 1, index + (long) WORDS_IN_LANES * Long.BYTES);
            long lanes = 0;
            for (; index < stop; index += Long.BYTES) {
                long word = memory.get(WORD, index);
                lanes += (word & EVEN_BYTES) + (word >>> 8 & EVEN_BYTES);
            }
            sum += (lanes & 0xffff) + (lanes >>> 16 & 0xffff) + (lanes >>> 32 & 0xffff) + (lanes >>> 48);
        }
        for (; index < end; index++) {
            sum += memory.get(ValueLayout.JAVA_BYTE, index) & 0xff;
        }
        return sum;
    }

    /** Appends a copy to the buffer. */
    public void appendTo(Buffer buffer) {
        buffer.appendBytes(array, start, length);
    }

    /** A copy in Vert.x's form. */
    public Buffer toBuffer() {
        return Buffer.buffer(length).appendBytes(array, start, length);
    }

    /** A copy as an array. */
    public byte[] toArray() {
        return Arrays.copyOfRange(array, start, start + length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes
                && Arrays.equals(array, start, start + length, bytes.array, bytes.start, bytes.start + bytes.length);
    }

    @Override
    public int hashCode() {
        return segment().asByteBuffer().hashCode();
    }

    @Override
    public String toString() {
        return length + " bytes";
    }
}
