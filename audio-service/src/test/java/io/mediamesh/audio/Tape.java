package io.mediamesh.audio;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Sound made from formulas, and analyses that hear it in blocks, as they would hear it live. */
final class Tape {
    private final int sampleRateHz;
    private final List<double[]> channels;

    private Tape(int sampleRateHz, List<double[]> channels) {
        this.sampleRateHz = sampleRateHz;
        this.channels = channels;
    }

    /** A result and where it belongs. */
    record Result(long frame, Fields fields) {
        double number(String name) {
            return fields.number(name).orElseThrow();
        }

        double[] row(String name) {
            return numbers(fields.row(name).orElseThrow());
        }

        String json() {
            return fields.toJson().toBuffer().toString();
        }
    }

    static double[] numbers(io.mediamesh.contracts.Numbers row) {
        double[] values = new double[row.size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = row.at(index);
        }
        return values;
    }

    static Tape mono(int sampleRateHz, int frames, IntToDoubleFunction sample) {
        return of(sampleRateHz, frames, List.of(sample));
    }

    static Tape of(int sampleRateHz, int frames, List<IntToDoubleFunction> formulas) {
        List<double[]> channels = new ArrayList<>();
        for (IntToDoubleFunction formula : formulas) {
            double[] samples = new double[frames];
            for (int frame = 0; frame < frames; frame++) {
                samples[frame] = formula.applyAsDouble(frame);
            }
            channels.add(samples);
        }
        return new Tape(sampleRateHz, channels);
    }

    static IntToDoubleFunction sine(int sampleRateHz, double frequencyHz, double amplitude) {
        return frame -> amplitude * Math.sin(2 * Math.PI * frequencyHz * frame / sampleRateHz);
    }

    static IntToDoubleFunction noise(long seed, double amplitude) {
        Random random = new Random(seed);
        return frame -> amplitude * (2 * random.nextDouble() - 1);
    }

    /** As 16-bit samples, as which sound travels. */
    AudioBlock block(int from, int frames) {
        short[] samples = new short[frames * channels.size()];
        int at = 0;
        for (int frame = from; frame < from + frames; frame++) {
            for (double[] channel : channels) {
                samples[at++] = (short) Math.clamp(Math.round(channel[frame] * 32_768), -32_768, 32_767);
            }
        }
        return AudioBlock.takeOver(sampleRateHz, channels.size(), samples);
    }

    int frames() {
        return channels.getFirst().length;
    }

    SoundHistory history() {
        return new SoundHistory(sampleRateHz, channels.size());
    }

    /** What an analysis gives that hears the tape in blocks of so many frames. */
    List<Result> playTo(Analyser analyser, int blockFrames) {
        SoundHistory history = history();
        List<Result> results = new ArrayList<>();
        for (int from = 0; from < frames(); from += blockFrames) {
            int count = Math.min(blockFrames, frames() - from);
            history.append(block(from, count), 0, count);
            analyser.listen(history, (frame, fields) -> results.add(new Result(frame, fields)));
        }
        return results;
    }

    /** What an analysis of this kind, with some settings, gives in blocks of 10 ms. */
    List<Result> playTo(AnalyserKind kind, Map<Setting<?>, String> settings) {
        return playTo(kind.open(settings(kind.defaultRateHz(), settings)), sampleRateHz / 100);
    }

    static AnalyserSettings settings(double rateHz, Map<Setting<?>, String> given) {
        Map<String, String> texts = new HashMap<>();
        given.forEach((setting, text) -> texts.put(setting.key(), text));
        return new AnalyserSettings() {
            @Override
            public <T> T get(Setting<T> setting) {
                return setting.parse(texts.getOrDefault(setting.key(), setting.defaultText()));
            }

            @Override
            public double maxRateHz() {
                return rateHz;
            }
        };
    }

    /** The message with which a setting is refused. */
    static String refusal(Setting<?> setting, String text) {
        try {
            return "accepted " + setting.parse(text);
        } catch (MeshException refused) {
            return String.valueOf(refused.getMessage());
        }
    }
}
