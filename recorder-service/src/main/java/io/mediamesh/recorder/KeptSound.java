package io.mediamesh.recorder;

import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.media.AacConfiguration;

/**
 * Frames of AAC that go into MP4 files as the source sent them. They are laid out by counting, as samples are, and put
 * right against the times of their capture by a hole before a frame, or by leaving a frame out. Belongs to one thread.
 */
final class KeptSound implements SoundLine {
    // Nearly as much as pictures and sound may be apart: to leave out a frame is a loss, a deviation of this size is
    // none.
    private static final long DRIFT_NANOS = 35_000_000;

    private final MediaPacket.CodedFormat source;
    private final TrackFormats.Sound format;
    private final SoundClock clock;
    private long lastTicks = Long.MIN_VALUE;
    private final Sink sink;

    /** Its first frame was captured at this media time. */
    KeptSound(MediaPacket.CodedFormat source, TrackFormats.Sound format, long ticks, Sink sink) {
        this.source = source;
        this.format = format;
        this.clock = new SoundClock(format.sampleRateHz(), format.indexAt(ticks));
        this.sink = sink;
    }

    /** Whether a packet is coded in the same way. */
    boolean goesOnWith(MediaPacket packet) {
        return packet.format().equals(source);
    }

    /** Takes a frame that was captured at this media time; {@code joint} where something may be missing before it. */
    void add(long ticks, MediaPacket packet, boolean joint) {
        // Frames that came together may have one time, which is that of the first.
        boolean timed = joint || ticks > lastTicks;
        lastTicks = ticks;
        long index = timed ? format.indexAt(ticks) : clock.position();
        if (clock.placeWhole(index, AacConfiguration.FRAME_SAMPLES, joint, DRIFT_NANOS)) {
            sink.coded(new CodedSound(clock.position() - AacConfiguration.FRAME_SAMPLES, packet.data()));
        }
    }

    @Override
    public void addTo(PartWriter part) {
        part.addCoded(format);
    }

    @Override
    public boolean reaches(PartWriter part) {
        return clock.position() >= part.firstCodedIndex();
    }

    @Override
    public void padTo(long ticks) {}

    @Override
    public long finish() {
        return format.ticksAt(clock.position());
    }
}
