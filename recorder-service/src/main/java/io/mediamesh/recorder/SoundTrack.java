package io.mediamesh.recorder;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.media.AacConfiguration;
import org.jspecify.annotations.Nullable;

/** Sound of one format on its way into parts: laid out evenly, holes filled, and coded. Belongs to one thread. */
final class SoundTrack implements SoundLine, AutoCloseable {
    /** Longer holes are left out instead of being filled sample by sample; files are silent there just the same. */
    private static final long LONGEST_FILLING_SECONDS = 1;

    private final TrackFormats.Pcm format;
    private final SoundClock clock;
    private final Sink sink;
    private final boolean wantsCoded;
    private @Nullable SoundEncoder encoder;
    private long codedIndex;

    SoundTrack(TrackFormats.Pcm format, long firstIndex, boolean wantsCoded, Sink sink) {
        this.format = format;
        this.clock = new SoundClock(format.sampleRateHz(), firstIndex);
        this.wantsCoded = wantsCoded;
        this.sink = sink;
        this.codedIndex = firstIndex;
        this.encoder = newEncoder();
    }

    private @Nullable SoundEncoder newEncoder() {
        return wantsCoded ? SoundEncoder.open(format, clock.position()).orElse(null) : null;
    }

    TrackFormats.Pcm format() {
        return format;
    }

    @Override
    public void addTo(PartWriter part) {
        part.addSamples(format);
        SoundEncoder present = encoder;
        if (present != null) {
            part.addCoded(present.format());
        }
    }

    /** Index of the sample that comes next. */
    long position() {
        return clock.position();
    }

    @Override
    public boolean reaches(PartWriter part) {
        long settled = encoder == null ? clock.position() : Math.min(clock.position(), codedIndex);
        return settled >= format.indexAt(part.startTicks());
    }

    /** Takes a block that was captured at this media time; {@code joint} where something may be missing before it. */
    void add(long ticks, AudioBlock block, boolean joint) {
        SoundClock.Place place = clock.place(format.indexAt(ticks), block.frames(), joint);
        int frames = place.frames();
        fill(clock.position() - frames - place.silenceFrames(), place.silenceFrames());
        if (frames > 0) {
            short[] samples = new short[block.frames() * block.channels()];
            block.copyTo(samples, 0);
            boolean cut = place.skippedFrames() > 0;
            short[] laid = cut ? samples : BentSound.of(samples, block.channels(), frames);
            give(clock.position() - frames, laid, place.skippedFrames(), frames);
        }
    }

    @Override
    public void padTo(long ticks) {
        long index = format.indexAt(ticks);
        long frames = index - clock.position();
        if (frames > 0 && frames <= LONGEST_FILLING_SECONDS * format.sampleRateHz()) {
            clock.moveTo(index);
            fill(index - frames, frames);
        }
    }

    private void fill(long index, long frames) {
        if (frames <= LONGEST_FILLING_SECONDS * format.sampleRateHz()) {
            give(index, new short[(int) frames * format.channels()], 0, (int) frames);
            return;
        }
        SoundEncoder present = encoder;
        if (present != null) {
            finishEncoder(present);
            codedIndex = index + frames;
            encoder = SoundEncoder.open(format, index + frames).orElse(null);
        }
    }

    private void give(long index, short[] samples, int from, int frames) {
        sink.samples(index, samples, from, frames);
        SoundEncoder present = encoder;
        if (present != null) {
            present.encode(samples, from, frames, this::coded);
        }
    }

    private void coded(CodedSound sound) {
        codedIndex = sound.index() + AacConfiguration.FRAME_SAMPLES;
        sink.coded(sound);
    }

    private void finishEncoder(SoundEncoder present) {
        present.finish(this::coded);
        present.close();
    }

    @Override
    public long finish() {
        SoundEncoder present = encoder;
        encoder = null;
        if (present != null) {
            finishEncoder(present);
        }
        return format.ticksAt(clock.position());
    }

    @Override
    public void close() {
        SoundEncoder present = encoder;
        encoder = null;
        if (present != null) {
            present.close();
        }
    }
}
