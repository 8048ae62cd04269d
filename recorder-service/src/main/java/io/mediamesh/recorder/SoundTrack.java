package io.mediamesh.recorder;

import io.mediamesh.contracts.AudioBlock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sound of one format on its way into parts: laid out evenly, holes filled, and coded. Belongs to one thread. */
final class SoundTrack implements AutoCloseable {
    /** Longer holes are left out instead of being filled sample by sample; files are silent there just the same. */
    private static final long LONGEST_FILLING_SECONDS = 1;

    /** Where it goes. */
    interface Sink {
        void samples(long index, short[] interleaved, int from, int frames);

        void coded(CodedSound sound);
    }

    private final TrackFormats.Pcm format;
    private final SoundClock clock;
    private final Sink sink;
    private final boolean wantsCoded;
    private @Nullable SoundEncoder encoder;
    private long codedIndex;

    SoundTrack(TrackFormats.Pcm format, long firstIndex, boolean wantsCoded, Sink sink) {
        this.format = format;
        this.clock = new SoundClock(format, firstIndex);
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

    /** As it is in MP4 files; empty where it can't be. */
    Optional<TrackFormats.Sound> codedFormat() {
        SoundEncoder present = encoder;
        return present == null ? Optional.empty() : Optional.of(present.format());
    }

    /** Index of the sample that comes next. */
    long position() {
        return clock.position();
    }

    /** Everything before this index has been given out. */
    long settledIndex() {
        return encoder == null ? clock.position() : Math.min(clock.position(), codedIndex);
    }

    /** Takes a block that was captured at this media time; {@code joint} where something may be missing before it. */
    void add(long ticks, AudioBlock block, boolean joint) {
        SoundClock.Place place = clock.place(ticks, block.frames(), joint);
        int frames = block.frames() - place.skippedFrames();
        fill(clock.position() - frames - place.silenceFrames(), place.silenceFrames());
        if (frames > 0) {
            short[] samples = new short[block.frames() * block.channels()];
            block.copyTo(samples, 0);
            give(clock.position() - frames, samples, place.skippedFrames(), frames);
        }
    }

    /** Silence up to this index, if it is not far. */
    void padTo(long index) {
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
        codedIndex = sound.index() + CodedSound.FRAMES;
        sink.coded(sound);
    }

    private void finishEncoder(SoundEncoder present) {
        present.finish(this::coded);
        present.close();
    }

    /** Gives out what the encoder still holds; nothing may follow. */
    void finish() {
        SoundEncoder present = encoder;
        encoder = null;
        if (present != null) {
            finishEncoder(present);
        }
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
