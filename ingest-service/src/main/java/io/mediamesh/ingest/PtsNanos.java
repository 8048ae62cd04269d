package io.mediamesh.ingest;

import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;

/** Timestamps of libav in nanoseconds. */
final class PtsNanos {
    /** No timestamp. */
    static final long NONE = Long.MIN_VALUE;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private PtsNanos() {}

    static long of(long pts, AVRational timeBase) {
        if (pts == avutil.AV_NOPTS_VALUE || timeBase.den() == 0) {
            return NONE;
        }
        long units = pts * timeBase.num();
        long den = timeBase.den();
        return units / den * NANOS_PER_SECOND + units % den * NANOS_PER_SECOND / den;
    }
}
