package io.mediamesh.audio;

import java.util.Optional;

/**
 * An analysis that looks at pieces of sound of a steady hop, whatever the rate of its results, because what it says depends
 * on the pieces before.
 *
 * @param <D> what remembers them
 */
abstract class SteadyAnalyser<D> implements Analyser {
    private final double pieceSeconds;
    private final double hopSeconds;
    private final int hopsPerResult;
    private Optional<Run<D>> run = Optional.empty();
    private long looked;

    /**
     * One that has heard nothing yet.
     *
     * @param pieceSeconds how long a piece is at least
     * @param hopsPerResult 1 or more
     */
    SteadyAnalyser(double pieceSeconds, double hopSeconds, int hopsPerResult) {
        this.pieceSeconds = pieceSeconds;
        this.hopSeconds = hopSeconds;
        this.hopsPerResult = hopsPerResult;
    }

    /**
     * What goes on in sound of one rate.
     *
     * @param size frames of a piece, a power of two
     * @param hopFrames from one piece to the next
     * @param detector what remembers the pieces before
     */
    record Run<D>(int sampleRateHz, int size, int hopFrames, Hops hops, D detector) {}

    /** A detector that knows of no piece yet. */
    abstract D detector(int sampleRateHz, int size);

    /**
     * The next piece.
     *
     * @param spectrum of it, with a Hann window
     * @param end the frame behind its last
     * @param isDue whether it is time for a result
     */
    abstract void look(Run<D> current, Spectrum spectrum, long end, boolean isDue, Results results);

    @Override
    public final void listen(Sound sound, Results results) {
        Run<D> current = run.filter(present -> present.sampleRateHz == sound.sampleRateHz())
                .orElseGet(() -> begin(sound.sampleRateHz()));
        while (current.hops.due(sound)) {
            long end = current.hops.take();
            looked++;
            look(current, sound.spectrum(current.size, Window.HANN, end), end, looked % hopsPerResult == 0, results);
        }
    }

    private Run<D> begin(int sampleRateHz) {
        int size = Integer.highestOneBit((int) (pieceSeconds * sampleRateHz) - 1) * 2;
        int hopFrames = Math.max(1, (int) Math.round(hopSeconds * sampleRateHz));
        Run<D> begun =
                new Run<>(sampleRateHz, size, hopFrames, new Hops(hopFrames, size), detector(sampleRateHz, size));
        run = Optional.of(begun);
        looked = 0;
        return begun;
    }

    @Override
    public void restart() {
        run = Optional.empty();
    }
}
