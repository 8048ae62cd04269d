package io.mediamesh.audio;

/**
 * Says when somebody speaks, by two things. The sound has to stand out of the quietest of the last seconds. And the shape of
 * its spectrum has to keep changing, as it does from one speech sound to the next, several times a second: steady noise has no
 * such changes, and notes have them only where they begin. It is simple and knows no words: a singer, or music of many short
 * different notes, can pass for a speaker. Fed hop by hop; not thread-safe.
 */
final class VoiceDetector {
    static final double HOP_SECONDS = 0.02;
    /** A hop is judged when so many more are known. */
    static final int LOOKAHEAD = 7;

    private static final int BANDS = 13;
    private static final double TOP_HZ = 5300;
    private static final double LEVEL_FROM_HZ = 100;
    private static final double LEVEL_TO_HZ = 4000;
    /** Hops whose power is averaged, so that noise alone changes little. */
    private static final int SMOOTHED = 3;
    /** Hops between two shapes that are compared: a tenth of a second. */
    private static final int COMPARED_WITH = 5;
    /** Hops over which changes are averaged. */
    private static final int EVIDENCE = 25;
    /** Hops after the last that stood out. */
    private static final int HANGOVER = 14;
    /** Hops in which the quietest is looked for: three seconds. */
    private static final int FLOOR_HOPS = 150;

    private static final double STANDS_OUT_DB = 6;
    private static final double LEAST_POWER = 1e-9;
    /** Mean square of a Hann window. */
    private static final double HANN_POWER = 0.375;

    private static final double FLOOR_DBFS = -150;
    /** Mean changes in dB at which the confidence is 0 and 1; half of it is what counts as speech. */
    private static final double NO_CHANGE_DB = 1.5;

    private static final double FULL_CHANGE_DB = 4.5;
    /** More than this does not count, so that the beginning of a note is no speech. */
    private static final double MOST_CHANGE_DB = 8;

    private final double minLevelDbfs;
    private final MelBands bands;
    private final int levelFrom;
    private final int levelTo;
    private final double[] power;
    private final double[][] bandPowers = new double[SMOOTHED][BANDS];
    private final double[][] shapes = new double[COMPARED_WITH + 1][BANDS];
    private final double[] changes = new double[EVIDENCE];
    private final double[] levels = new double[FLOOR_HOPS];
    private final double levelScale;
    private final double bandScale;
    private long hops;
    private long lastStoodOut = Long.MIN_VALUE / 2;

    /**
     * About one hop.
     *
     * @param isVoice whether somebody spoke
     * @param confidence that it was speech if it was anything, 0 to 1
     * @param levelDbfs RMS from 100 to 4000 Hz
     * @param aboveNoiseDb the same against the quietest of the last three seconds
     */
    record Verdict(boolean isVoice, double confidence, double levelDbfs, double aboveNoiseDb) {}

    /**
     * A detector.
     *
     * @param minLevelDbfs what is quieter is never a voice
     */
    VoiceDetector(int sampleRateHz, int size, double minLevelDbfs) {
        this.minLevelDbfs = minLevelDbfs;
        this.bands = new MelBands(sampleRateHz, size, BANDS, TOP_HZ);
        this.power = new double[size / 2 + 1];
        this.levelFrom = (int) Math.ceil(LEVEL_FROM_HZ * size / sampleRateHz);
        this.levelTo = Math.min(size / 2 - 1, (int) (LEVEL_TO_HZ * size / sampleRateHz));
        this.levelScale = 2 / (HANN_POWER * size * size);
        this.bandScale = 16.0 / ((double) size * size);
    }

    /** The next hop's spectrum; what it says is about the hop {@link #LOOKAHEAD} before. */
    Verdict next(Spectrum spectrum) {
        double inBand = 0;
        double[] raw = spectrum.powers();
        for (int bin = 0; bin < power.length; bin++) {
            power[bin] = raw[bin] * bandScale;
            if (bin >= levelFrom && bin <= levelTo) {
                inBand += raw[bin] * levelScale;
            }
        }
        levels[at(hops, FLOOR_HOPS)] = Math.max(FLOOR_DBFS, 10 * Math.log10(inBand));
        changes[at(hops, EVIDENCE)] = changeOfShape();
        hops++;
        return judge(hops - 1 - LOOKAHEAD);
    }

    private static int at(long hop, int length) {
        return (int) (hop % length);
    }

    private double changeOfShape() {
        bands.apply(power, bandPowers[at(hops, SMOOTHED)]);
        double[] now = shapes[at(hops, shapes.length)];
        for (int band = 0; band < BANDS; band++) {
            double sum = 0;
            for (double[] row : bandPowers) {
                sum += row[band];
            }
            now[band] = 10 * Math.log10(sum / SMOOTHED + LEAST_POWER);
        }
        if (hops < COMPARED_WITH) {
            return 0;
        }
        double[] before = shapes[at(hops + 1, shapes.length)];
        double mean = 0;
        for (int band = 0; band < BANDS; band++) {
            mean += (now[band] - before[band]) / BANDS;
        }
        double change = 0;
        for (int band = 0; band < BANDS; band++) {
            change += Math.abs(now[band] - before[band] - mean) / BANDS;
        }
        return Math.min(MOST_CHANGE_DB, change);
    }

    private Verdict judge(long hop) {
        if (hop < 0) {
            return new Verdict(false, 0, FLOOR_DBFS, 0);
        }
        double floor = 0;
        for (long other = Math.max(0, hops - FLOOR_HOPS); other < hops; other++) {
            floor = Math.min(floor, levels[at(other, FLOOR_HOPS)]);
        }
        double level = levels[at(hop, FLOOR_HOPS)];
        double aboveNoise = level - Math.max(floor, minLevelDbfs);
        if (aboveNoise >= STANDS_OUT_DB) {
            lastStoodOut = hop;
        }
        double change = 0;
        for (double each : changes) {
            change += each / EVIDENCE;
        }
        double confidence = Math.clamp((change - NO_CHANGE_DB) / (FULL_CHANGE_DB - NO_CHANGE_DB), 0, 1);
        return new Verdict(hop - lastStoodOut <= HANGOVER && confidence >= 0.5, confidence, level, level - floor);
    }
}
