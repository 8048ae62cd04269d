package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Windows of the waveform of each channel, which begin at a trigger so that a steady wave stands still. Each window has
 * at most {@link #MOST_POINTS} points of each channel: the least and the greatest of the samples that it stands for.
 * Point 0 begins {@code start_ms} from the trigger (before it where negative), which lies between two samples, and each
 * of the next {@code step_ms} later. The message's time is that of the trigger.
 */
final class ScopeAnalyser implements Analyser {
    static final int MOST_POINTS = 512;

    private static final int SCANNED = 512;
    private static final int DECIMALS = 5;

    private final Options options;
    private final double maxRateHz;
    private Optional<Run> run = Optional.empty();

    ScopeAnalyser(Options options, double maxRateHz) {
        this.options = options;
        this.maxRateHz = maxRateHz;
    }

    /**
     * What is wanted.
     *
     * @param free whether windows come without a trigger
     * @param direction 1 for rising, −1 for falling
     * @param channel that triggers, from 0
     * @param pretrigger the share of the window before the trigger
     * @param autoSeconds after which a window comes without a trigger; 0 for never
     */
    record Options(
            boolean free,
            int direction,
            int channel,
            double level,
            double hysteresis,
            double holdoffSeconds,
            double lengthSeconds,
            double pretrigger,
            double autoSeconds) {}

    /** Where in the sound the search stands. */
    private final class Run {
        final int rate;
        final int channel;
        final int lengthFrames;
        final int beforeFrames;
        final int pauseFrames;
        final long autoFrames;
        final Trigger trigger = new Trigger(options.direction, options.level, options.hysteresis);
        final double[] samples = new double[SCANNED];
        /** Up to where a trigger was looked for. */
        long scanned;
        /** From where on it counts. */
        long wantedFrom;
        /** The trigger of the last window, or where it would have been. */
        long shownAt;

        Run(Sound sound) {
            rate = sound.sampleRateHz();
            channel = Math.min(options.channel, sound.channels() - 1);
            lengthFrames = Math.clamp(Math.round(options.lengthSeconds * rate), 1, Sound.KEPT_FRAMES / 2);
            beforeFrames = (int) Math.round(options.pretrigger * lengthFrames);
            int least = Math.max(1, (int) Math.round(options.holdoffSeconds * rate));
            pauseFrames = Hops.frames(rate, maxRateHz, Math.max(least, lengthFrames / 2));
            autoFrames = options.free ? pauseFrames : Math.round(options.autoSeconds * rate);
            wantedFrom = Math.max(0, sound.end() - 2L * lengthFrames) + beforeFrames;
            scanned = wantedFrom;
            shownAt = wantedFrom;
        }

        boolean isTooFarBehind(Sound sound) {
            return !options.free && sound.end() - scanned + beforeFrames > Sound.KEPT_FRAMES;
        }

        /** Gives the next window, if all of its sound is there. */
        boolean next(Sound sound, Results results) {
            long lastTrigger = sound.end() - (lengthFrames - beforeFrames);
            while (!options.free && scanned < lastTrigger) {
                int count = (int) Math.min(SCANNED, lastTrigger - scanned);
                sound.channel(channel, scanned, count, samples, 0);
                int found = trigger.find(samples, count);
                scanned += Math.min(count, found + 1);
                if (found < count) {
                    show(sound, scanned - 1, trigger.before(samples[found]), true, results);
                    return true;
                }
            }
            long at = Math.max(shownAt + autoFrames, wantedFrom);
            if (autoFrames > 0 && at <= lastTrigger) {
                show(sound, at, 0, false, results);
                return true;
            }
            return false;
        }

        private void show(Sound sound, long at, double before, boolean triggered, Results results) {
            shownAt = at;
            wantedFrom = at + pauseFrames;
            scanned = wantedFrom;
            trigger.forget();
            long from = at - beforeFrames;
            int each = Math.ceilDiv(lengthFrames, MOST_POINTS);
            List<Numbers> least = new ArrayList<>();
            List<Numbers> greatest = new ArrayList<>();
            double[] wave = new double[lengthFrames];
            for (int index = 0; index < sound.channels(); index++) {
                sound.channel(index, from, lengthFrames, wave, 0);
                double[] minima = new double[Math.ceilDiv(lengthFrames, each)];
                double[] maxima = new double[minima.length];
                extremes(wave, each, minima, maxima);
                least.add(Numbers.fixed(minima, DECIMALS));
                greatest.add(Numbers.fixed(maxima, DECIMALS));
            }
            results.give(
                    at,
                    Fields.builder()
                            .rows("minima", least)
                            .rows("maxima", greatest)
                            .texts("channel_labels", ChannelLabels.of(sound.channels()))
                            .number("start_ms", 1000 * (before - beforeFrames) / rate, 6)
                            .number("step_ms", 1000.0 * each / rate, 6)
                            .flag("triggered", triggered)
                            .number("trigger_level", options.level, 4)
                            .build());
        }
    }

    private static void extremes(double[] wave, int each, double[] minima, double[] maxima) {
        for (int point = 0; point < minima.length; point++) {
            int end = Math.min(wave.length, (point + 1) * each);
            double least = wave[point * each];
            double greatest = least;
            for (int at = point * each + 1; at < end; at++) {
                least = Math.min(least, wave[at]);
                greatest = Math.max(greatest, wave[at]);
            }
            minima[point] = least;
            maxima[point] = greatest;
        }
    }

    @Override
    public void restart() {
        run = Optional.empty();
    }

    @Override
    public void listen(Sound sound, Results results) {
        if (run.isEmpty() || run.get().isTooFarBehind(sound)) {
            run = Optional.of(new Run(sound));
        }
        Run current = run.get();
        while (current.next(sound, results)) {
            // Each call gives one window.
        }
    }
}
