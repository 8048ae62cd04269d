package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.Numbers;
import java.util.ArrayList;
import java.util.List;

/**
 * Peak and RMS of each channel in dBFS: a sine at full scale has a peak of 0 and an RMS of −3.01 dBFS, silence
 * {@link Decibels#FLOOR}.
 *
 * <p>RMS: over the integration time, all of it weighing the same (not exponentially), which is what the number says.
 * Peak: the largest sample within the same time, or since the last result where that is longer, so that none is missed.
 * Peak hold: the largest peak for the hold time, then it falls by 20 dB a second until a sample reaches it.
 */
final class LevelMeter implements Analyser {
    /** Sound is summed up in steps of a millisecond, of which results are made. */
    private static final int STEPS_A_SECOND = 1000;

    private static final int STEPS_AT_ONCE = 20;
    private static final int LEAST_STEPS = 10;
    private static final double FALL_DB_A_SECOND = 20;
    private static final double FALL_A_STEP = Math.pow(10, -FALL_DB_A_SECOND / 20 / STEPS_A_SECOND);

    private final int resultSteps;
    private final int integrationSteps;
    private final int holdSteps;
    private List<Channel> channels = List.of();
    private double[] samples = new double[0];
    private long firstStep;
    private long firstResult;
    private long step;

    /** With times in milliseconds. */
    LevelMeter(double maxRateHz, int integrationMillis, int peakHoldMillis) {
        resultSteps = Hops.frames(STEPS_A_SECOND, maxRateHz, LEAST_STEPS);
        integrationSteps = integrationMillis;
        holdSteps = peakHoldMillis;
    }

    @Override
    public void restart() {
        channels = List.of();
    }

    @Override
    public void listen(Sound sound, Results results) {
        int rate = sound.sampleRateHz();
        if (channels.isEmpty() || sound.end() - frameOf(step, rate) > Sound.KEPT_FRAMES) {
            begin(sound);
        }
        while (frameOf(step + 1, rate) <= sound.end()) {
            long behind = step + 1;
            while (behind - step < STEPS_AT_ONCE
                    && behind % resultSteps != 0
                    && frameOf(behind + 1, rate) <= sound.end()) {
                behind++;
            }
            long from = frameOf(step, rate);
            for (int channel = 0; channel < channels.size(); channel++) {
                sound.channel(channel, from, (int) (frameOf(behind, rate) - from), samples, 0);
                for (long each = step; each < behind; each++) {
                    channels.get(channel).add(each, samples, (int) (frameOf(each, rate) - from), (int)
                            (frameOf(each + 1, rate) - from));
                }
            }
            step = behind;
            if (step % resultSteps == 0 && step >= firstResult) {
                give(sound, results);
            }
        }
    }

    private void begin(Sound sound) {
        int rate = sound.sampleRateHz();
        samples = new double[STEPS_AT_ONCE * (rate / STEPS_A_SECOND + 1)];
        List<Channel> made = new ArrayList<>();
        for (int channel = 0; channel < sound.channels(); channel++) {
            made.add(new Channel());
        }
        channels = made;
        // What was heard before somebody asked counts too, as far as the newest result needs it.
        firstResult = sound.end() * STEPS_A_SECOND / rate / resultSteps * resultSteps;
        long keptFrom = Math.ceilDiv(Math.max(0, sound.end() - Sound.KEPT_FRAMES) * STEPS_A_SECOND, rate);
        firstStep = Math.max(keptFrom, firstResult - Math.max(integrationSteps, resultSteps));
        step = firstStep;
    }

    private static long frameOf(long step, int sampleRateHz) {
        return step * sampleRateHz / STEPS_A_SECOND;
    }

    private void give(Sound sound, Results results) {
        int rate = sound.sampleRateHz();
        int rmsSteps = (int) Math.min(integrationSteps, step - firstStep);
        int peakSteps = (int) Math.min(Math.max(integrationSteps, resultSteps), step - firstStep);
        long end = frameOf(step, rate);
        long from = frameOf(step - rmsSteps, rate);
        double[] peaks = new double[channels.size()];
        double[] means = new double[channels.size()];
        double[] holds = new double[channels.size()];
        for (int index = 0; index < peaks.length; index++) {
            Channel channel = channels.get(index);
            peaks[index] = Decibels.ofAmplitude(channel.peak(step, peakSteps));
            means[index] = Decibels.ofPower(channel.energy(step, rmsSteps) / Math.max(1, end - from));
            holds[index] = Decibels.ofAmplitude(channel.held);
        }
        results.give(
                (from + end) / 2,
                Fields.builder()
                        .row("peak_levels_db", Numbers.fixed(peaks, 2))
                        .row("rms_levels_db", Numbers.fixed(means, 2))
                        .row("peak_hold_levels_db", Numbers.fixed(holds, 2))
                        .texts("channel_labels", ChannelLabels.of(peaks.length))
                        .number("integration_time", integrationSteps / (double) STEPS_A_SECOND, 3)
                        .number("peak_hold_time", holdSteps / (double) STEPS_A_SECOND, 3)
                        .build());
    }

    /** The steps of one channel, of which the newest are kept. */
    private final class Channel {
        private final double[] energies = new double[Math.max(integrationSteps, resultSteps)];
        private final double[] peaks = new double[energies.length];
        private double held;
        private int heldSteps;

        void add(long at, double[] values, int from, int to) {
            double energy = 0;
            double oddEnergy = 0;
            double peak = 0;
            double oddPeak = 0;
            // Two sums side by side, as an addition has to wait for the one before.
            for (int index = from; index + 1 < to; index += 2) {
                double size = Math.abs(values[index]);
                double oddSize = Math.abs(values[index + 1]);
                energy += size * size;
                oddEnergy += oddSize * oddSize;
                // Not Math.max, whose care for NaN costs more than all the rest here.
                peak = size > peak ? size : peak;
                oddPeak = oddSize > oddPeak ? oddSize : oddPeak;
            }
            if ((to - from) % 2 != 0) {
                double size = Math.abs(values[to - 1]);
                energy += size * size;
                peak = size > peak ? size : peak;
            }
            energy += oddEnergy;
            peak = oddPeak > peak ? oddPeak : peak;
            energies[slot(at)] = energy;
            peaks[slot(at)] = peak;
            heldSteps++;
            if (heldSteps > holdSteps) {
                held *= FALL_A_STEP;
            }
            if (peak >= held) {
                held = peak;
                heldSteps = 0;
            }
        }

        private int slot(long at) {
            return (int) (at % energies.length);
        }

        double energy(long end, int steps) {
            double sum = 0;
            int slot = slot(end - steps);
            for (int step = 0; step < steps; step++) {
                sum += energies[slot];
                slot = slot + 1 == energies.length ? 0 : slot + 1;
            }
            return sum;
        }

        double peak(long end, int steps) {
            double largest = 0;
            int slot = slot(end - steps);
            for (int step = 0; step < steps; step++) {
                largest = peaks[slot] > largest ? peaks[slot] : largest;
                slot = slot + 1 == peaks.length ? 0 : slot + 1;
            }
            return largest;
        }
    }
}
