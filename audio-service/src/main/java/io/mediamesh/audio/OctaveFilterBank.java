package io.mediamesh.audio;

import java.util.ArrayList;
import java.util.List;

/**
 * Filters for bands of fractions of an octave and the mean square behind each, averaged exponentially. Each band is
 * filtered at the lowest rate that carries it, of those made by halving: that is cheap, and low bands stay exact.
 */
final class OctaveFilterBank {
    /** How many samples are filtered at a time. Averages see the energy of so many as spread evenly among them. */
    static final int CHUNK = 256;

    /** A band's upper edge relative to the rate at which it is filtered; more where the sound has no higher rate. */
    private static final double USUAL_EDGE = 0.4;

    private final List<Stage> stages = new ArrayList<>();
    private final double[] meanSquares;
    private final double[] zeroed = new double[CHUNK];
    private final double[] scratch = new double[CHUNK];
    private final double[] energies = new double[2];

    /**
     * Makes one.
     *
     * @param bands from low to high
     * @param responseSeconds time constant of the averages
     */
    OctaveFilterBank(List<OctaveBands.Band> bands, int sampleRateHz, double responseSeconds) {
        meanSquares = new double[bands.size()];
        double rateHz = sampleRateHz;
        int next = bands.size() - 1;
        while (next >= 0) {
            Stage stage = new Stage(rateHz, responseSeconds, CHUNK >> stages.size());
            while (next >= 0 && (bands.get(next).upperHz() > USUAL_EDGE * rateHz / 2)) {
                OctaveBands.Band band = bands.get(next);
                stage.filters.add(
                        new BandFilter(band.lowerHz() / rateHz, band.middleHz() / rateHz, band.upperHz() / rateHz));
                stage.bands.add(next);
                next--;
            }
            stages.add(stage);
            rateHz /= 2;
        }
    }

    /** The bands that are filtered at one rate, and the way to the next. */
    private static final class Stage {
        final List<BandFilter> filters = new ArrayList<>();
        final List<Integer> bands = new ArrayList<>();
        final BandZeros zeros = new BandZeros(CHUNK);
        final HalfBand toNext = new HalfBand(USUAL_EDGE / 2);
        /** What is left of an average after so many samples. */
        final double[] decay;

        Stage(double rateHz, double responseSeconds, int mostSamples) {
            decay = new double[Math.max(1, mostSamples) + 1];
            for (int samples = 0; samples < decay.length; samples++) {
                decay[samples] = Math.exp(-samples / (rateHz * responseSeconds));
            }
        }
    }

    /** Takes at most {@link #CHUNK} samples, which it uses up. */
    void add(double[] samples, int count) {
        double[] current = samples;
        int left = count;
        for (int index = 0; index < stages.size() && left > 0; index++) {
            Stage stage = stages.get(index);
            double kept = stage.decay[left];
            double fresh = (1 - kept) / left;
            stage.zeros.filter(current, left, zeroed);
            int filter = 0;
            for (; filter + 1 < stage.filters.size(); filter += 2) {
                BandFilter first = stage.filters.get(filter);
                BandFilter second = stage.filters.get(filter + 1);
                BandFilter.energies(first, second, zeroed, left, energies);
                average(stage.bands.get(filter), energies[0], kept, fresh);
                average(stage.bands.get(filter + 1), energies[1], kept, fresh);
            }
            if (filter < stage.filters.size()) {
                average(stage.bands.get(filter), stage.filters.get(filter).energy(zeroed, left), kept, fresh);
            }
            stage.filters.forEach(BandFilter::settle);
            left = stage.toNext.decimate(current, left, scratch);
            stage.toNext.settle();
            current = scratch;
        }
    }

    private void average(int band, double energy, double kept, double fresh) {
        meanSquares[band] = meanSquares[band] * kept + energy * fresh;
    }

    /** The averaged mean square of a band: 0.5 for a sine at full scale in its middle. */
    double meanSquare(int band) {
        return meanSquares[band];
    }
}
