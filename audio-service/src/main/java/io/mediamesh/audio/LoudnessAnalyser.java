package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import java.util.Optional;
import java.util.OptionalDouble;

/** Measures loudness since somebody listens, and gives it at most as often as a meter has blocks. */
final class LoudnessAnalyser implements Analyser {
    private final double maxRateHz;
    private Optional<LoudnessMeter> meter = Optional.empty();
    private double[][] block = new double[0][0];
    private long firstBlock;
    private long blocks;

    LoudnessAnalyser(AnalyserSettings settings) {
        this.maxRateHz = settings.maxRateHz();
    }

    @Override
    public void listen(Sound sound, Results results) {
        LoudnessMeter current = meter.orElseGet(() -> begin(sound));
        for (long end = endOf(blocks, sound); end <= sound.end(); end = endOf(blocks, sound)) {
            long from = endOf(blocks - 1, sound);
            int count = (int) (end - from);
            for (int channel = 0; channel < block.length; channel++) {
                sound.channel(channel, from, count, block[channel], 0);
            }
            current.hear(block, count);
            blocks++;
            long heard = blocks - firstBlock;
            double perBlock = Math.min(1, maxRateHz / LoudnessMeter.BLOCKS_PER_SECOND);
            if ((long) (heard * perBlock) > (long) ((heard - 1) * perBlock)) {
                results.give((from + end) / 2, fieldsOf(current));
            }
        }
    }

    private LoudnessMeter begin(Sound sound) {
        LoudnessMeter begun = new LoudnessMeter(sound.sampleRateHz(), sound.channels());
        meter = Optional.of(begun);
        block = new double[sound.channels()][sound.sampleRateHz() / LoudnessMeter.BLOCKS_PER_SECOND + 1];
        firstBlock = sound.end() * LoudnessMeter.BLOCKS_PER_SECOND / sound.sampleRateHz();
        blocks = firstBlock;
        return begun;
    }

    private static long endOf(long block, Sound sound) {
        return (block + 1) * sound.sampleRateHz() / LoudnessMeter.BLOCKS_PER_SECOND;
    }

    private static Fields fieldsOf(LoudnessMeter meter) {
        Fields.Builder fields = Fields.builder();
        number(fields, "momentary_lufs", meter.momentaryLufs());
        number(fields, "short_term_lufs", meter.shortTermLufs());
        number(fields, "integrated_lufs", meter.integratedLufs());
        number(fields, "loudness_range_lu", meter.rangeLu());
        return fields.number("true_peak_dbtp", meter.takeTruePeakDbtp(), 2)
                .number("max_true_peak_dbtp", meter.maxTruePeakDbtp(), 2)
                .build();
    }

    private static void number(Fields.Builder fields, String name, OptionalDouble value) {
        value.ifPresentOrElse(number -> fields.number(name, number, 2), () -> fields.none(name));
    }

    @Override
    public void restart() {
        meter = Optional.empty();
    }
}
