package io.mediamesh.recorder;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;

/**
 * Where playing can begin in a fragmented MP4 file, for players that would otherwise read the head of every fragment
 * before they go to a time in it: a {@code sidx} for each track (ISO/IEC 14496-12, section 8.16.3) at the front. They
 * can be told only when the file is complete, so a {@code free} box keeps their place until then, and stays where nobody
 * completes the file. Bounded: a long file has its entries farther apart.
 */
final class Mp4Index {
    /** Room for it in every file. */
    static final int ROOM_BYTES = 24 * 1024;

    static final int BOX_BYTES = 8;
    private static final int HEAD_BYTES = 40;
    private static final int ENTRY_BYTES = 12;
    private static final int MOST_TRACKS = 2;
    private static final int MOST_ENTRIES = ((ROOM_BYTES - BOX_BYTES) / MOST_TRACKS - HEAD_BYTES) / ENTRY_BYTES;
    private static final int VERSION_WITH_LONG_TIMES = 1 << 24;
    /** {@code starts_with_SAP}, and {@code SAP_type} 1: all that follows can be decoded. */
    private static final int BEGINS_ANEW = 0x9000_0000;

    private final List<Stretch> stretches = new ArrayList<>();
    private long leastTicks;
    private long leadBytes;

    /** Fragments that follow each other, of which the first begins with a keyframe. */
    private record Stretch(Moment begin, long bytes) {}

    /**
     * A time within the file.
     *
     * @param ticks of pictures
     * @param sample of the sound, in samples
     */
    record Moment(long ticks, long sample) {}

    /** What is written in its place at first. */
    static byte[] room() {
        return ByteBuffer.allocate(ROOM_BYTES).put(box("free", ROOM_BYTES)).array();
    }

    /** The next fragment begins with a keyframe, at this time. */
    void keyframe(Moment begin, long bytes) {
        if (!stretches.isEmpty() && begin.ticks - stretches.getLast().begin.ticks < leastTicks) {
            more(bytes);
            return;
        }
        if (stretches.size() == MOST_ENTRIES) {
            spreadOut(begin.ticks);
        }
        stretches.add(new Stretch(begin, bytes));
    }

    /** The next fragment needs those before it, or what the disk did not take. */
    void more(long bytes) {
        if (stretches.isEmpty()) {
            leadBytes += bytes;
        } else {
            Stretch last = stretches.removeLast();
            stretches.add(new Stretch(last.begin, last.bytes + bytes));
        }
    }

    /** How long the last of them is to this time of the pictures. */
    long ticksSinceLast(long ticks) {
        return stretches.isEmpty() ? Long.MAX_VALUE : ticks - stretches.getLast().begin.ticks;
    }

    boolean isEmpty() {
        return stretches.isEmpty();
    }

    /** From now on they are twice as long as they are on average. */
    private void spreadOut(long endTicks) {
        leastTicks = Math.max(2 * leastTicks, 2 * (endTicks - stretches.getFirst().begin.ticks) / MOST_ENTRIES);
        List<Stretch> all = List.copyOf(stretches);
        stretches.clear();
        all.forEach(stretch -> keyframe(stretch.begin, stretch.bytes));
    }

    /**
     * What takes the place of {@link #room()}.
     *
     * @param end when the last picture and the sound end
     * @param sampleRateHz of the sound; empty where there is none
     */
    byte[] complete(Moment end, OptionalInt sampleRateHz) {
        int trackBytes = HEAD_BYTES + ENTRY_BYTES * stretches.size();
        int restBytes = ROOM_BYTES - trackBytes * (sampleRateHz.isPresent() ? MOST_TRACKS : 1);
        ByteBuffer out = ByteBuffer.allocate(ROOM_BYTES);
        int behindPictures = ROOM_BYTES - trackBytes;
        track(out, Mp4Header.FIRST_TRACK, (int) Ticks.PER_SECOND, behindPictures, Moment::ticks, end);
        sampleRateHz.ifPresent(hz -> track(out, Mp4Header.FIRST_TRACK + 1, hz, restBytes, Moment::sample, end));
        return out.put(box("free", restBytes)).array();
    }

    private void track(
            ByteBuffer out, int track, int timescale, int bytesToFragments, ToLongFunction<Moment> time, Moment end) {
        out.put(box("sidx", HEAD_BYTES + ENTRY_BYTES * stretches.size())).putInt(VERSION_WITH_LONG_TIMES);
        out.putInt(track).putInt(timescale);
        out.putLong(time.applyAsLong(stretches.getFirst().begin)).putLong(bytesToFragments + leadBytes);
        out.putShort((short) 0).putShort((short) stretches.size());
        for (int index = 0; index < stretches.size(); index++) {
            Stretch stretch = stretches.get(index);
            Moment next = index + 1 < stretches.size() ? stretches.get(index + 1).begin : end;
            out.putInt(Math.toIntExact(stretch.bytes));
            out.putInt(Math.toIntExact(Math.max(0, time.applyAsLong(next) - time.applyAsLong(stretch.begin))));
            out.putInt(BEGINS_ANEW);
        }
    }

    private static byte[] box(String type, int bytes) {
        return ByteBuffer.allocate(BOX_BYTES)
                .putInt(bytes)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .array();
    }
}
