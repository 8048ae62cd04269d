package io.mediamesh.recorder;

/** Sound made a little longer or shorter: its pitch changes by as much. Between samples a cubic (Catmull and Rom 1974). */
final class BentSound {
    private BentSound() {}

    /** Interleaved samples so that they become so many frames; the first and the last stay as they are. */
    static short[] of(short[] interleaved, int channels, int frames) {
        int given = interleaved.length / channels;
        if (given == frames || given < 2 || frames < 2) {
            return interleaved;
        }
        short[] bent = new short[frames * channels];
        for (int frame = 0; frame < frames; frame++) {
            double at = (double) frame * (given - 1) / (frames - 1);
            int before = Math.min((int) at, given - 2);
            double part = at - before;
            for (int channel = 0; channel < channels; channel++) {
                double left = interleaved[Math.max(0, before - 1) * channels + channel];
                double from = interleaved[before * channels + channel];
                double to = interleaved[(before + 1) * channels + channel];
                double right = interleaved[Math.min(given - 1, before + 2) * channels + channel];
                double value = from
                        + 0.5
                                * part
                                * (to
                                        - left
                                        + part
                                                * (2 * left
                                                        - 5 * from
                                                        + 4 * to
                                                        - right
                                                        + part * (3 * (from - to) + right - left)));
                bent[frame * channels + channel] =
                        (short) Math.clamp(Math.round(value), Short.MIN_VALUE, Short.MAX_VALUE);
            }
        }
        return bent;
    }
}
