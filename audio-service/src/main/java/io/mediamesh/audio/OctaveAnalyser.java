package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.Numbers;
import java.util.List;
import java.util.Optional;

/**
 * Levels of the mean of all channels in bands of fractions of an octave, by filters of IEC 61260-1 class 1, in dB
 * relative to full scale: a sine at full scale in the middle of a band reads −3.01 dB there, as its RMS does. Weighting
 * counts by the middles of the bands; the overall level is the sum of the bands.
 */
final class OctaveAnalyser implements Analyser {
    private static final int LEAST_HOP_FRAMES = 480;

    private final int bandsPerOctave;
    private final double responseSeconds;
    private final Weighting weighting;
    private final double maxRateHz;
    private Optional<Plan> plan = Optional.empty();

    OctaveAnalyser(int bandsPerOctave, double responseSeconds, Weighting weighting, double maxRateHz) {
        this.bandsPerOctave = bandsPerOctave;
        this.responseSeconds = responseSeconds;
        this.weighting = weighting;
        this.maxRateHz = maxRateHz;
    }

    /** The filters for sound of this rate, and what is the same in all results. */
    private final class Plan {
        final OctaveFilterBank bank;
        final Hops hops;
        final Numbers middles;
        final List<String> labels;
        final double[] powerGains;
        final double[] samples = new double[OctaveFilterBank.CHUNK];
        /** How long after the middle of what it averages a level is told. */
        final long delayFrames;

        long heard;

        Plan(Sound sound) {
            int rate = sound.sampleRateHz();
            List<OctaveBands.Band> bands = OctaveBands.of(bandsPerOctave, rate);
            bank = new OctaveFilterBank(bands, rate, responseSeconds);
            hops = new Hops(Hops.frames(rate, maxRateHz, LEAST_HOP_FRAMES), 1);
            middles = Numbers.fixed(
                    bands.stream().mapToDouble(OctaveBands.Band::middleHz).toArray(), 2);
            labels = bands.stream().map(OctaveBands.Band::label).toList();
            powerGains = bands.stream()
                    .mapToDouble(band -> Math.pow(weighting.gain(band.middleHz()), 2))
                    .toArray();
            delayFrames = Math.round(responseSeconds * rate);
            // Filters take a while to fill: what was heard before somebody asked is of use.
            heard = Math.max(0, sound.end() - Sound.KEPT_FRAMES);
        }
    }

    @Override
    public void restart() {
        plan = Optional.empty();
    }

    @Override
    public void listen(Sound sound, Results results) {
        if (plan.isEmpty() || sound.end() - plan.get().heard > Sound.KEPT_FRAMES) {
            plan = Optional.of(new Plan(sound));
        }
        Plan current = plan.get();
        while (current.hops.due(sound)) {
            long due = current.hops.take();
            hear(sound, current, due);
            results.give(Math.max(0, due - current.delayFrames), fields(current));
        }
        hear(sound, current, sound.end());
    }

    private static void hear(Sound sound, Plan current, long end) {
        while (current.heard < end) {
            int count = (int) Math.min(OctaveFilterBank.CHUNK, end - current.heard);
            sound.mono(current.heard, count, current.samples, 0);
            current.bank.add(current.samples, count);
            current.heard += count;
        }
    }

    private Fields fields(Plan current) {
        double[] levels = new double[current.powerGains.length];
        double overall = 0;
        for (int band = 0; band < levels.length; band++) {
            double power = current.powerGains[band] * current.bank.meanSquare(band);
            levels[band] = Decibels.ofPower(power);
            overall += power;
        }
        return Fields.builder()
                .row("center_frequencies", current.middles)
                .row("band_energies_db", Numbers.fixed(levels, 2))
                .texts("band_labels", current.labels)
                .whole("bands_per_octave", bandsPerOctave)
                .text("weighting", weighting.label())
                .number("response_time", responseSeconds, 3)
                .number("overall_level", Decibels.ofPower(overall), 2)
                .build();
    }
}
