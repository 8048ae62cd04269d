package io.mediamesh.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What programs of FFmpeg say of recorded files, which know nothing of how they were written. */
final class Media {
    private Media() {}

    /** Seconds from the first to the end of the last packet of a track: {@code v:0} or {@code a:0}. */
    static double seconds(Path file, String track) {
        List<double[]> packets = packets(file, track);
        double[] last = packets.stream()
                .reduce((one, other) -> one[0] > other[0] ? one : other)
                .orElseThrow();
        return last[0] + last[1] - start(file, track);
    }

    /** Time of the first packet. */
    static double start(Path file, String track) {
        return packets(file, track).stream()
                .mapToDouble(packet -> packet[0])
                .min()
                .orElseThrow();
    }

    /** Presentation time and duration of each packet, in the order of the file. */
    static List<double[]> packets(Path file, String track) {
        return lines(List.of(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        track,
                        "-show_entries",
                        "packet=pts_time,duration_time",
                        "-of",
                        "csv=p=0",
                        file.toString()))
                .stream()
                .filter(line -> !line.isBlank())
                .map(line -> line.split(",", -1))
                .map(parts -> new double[] {Double.parseDouble(parts[0]), number(parts[1])})
                .toList();
    }

    private static double number(String text) {
        return text.equals("N/A") ? 0 : Double.parseDouble(text);
    }

    /** The codec of a track; empty where there is none. */
    static String codec(Path file, String track) {
        return String.join(
                        "",
                        lines(List.of(
                                "ffprobe",
                                "-v",
                                "error",
                                "-select_streams",
                                track,
                                "-show_entries",
                                "stream=codec_name",
                                "-of",
                                "csv=p=0",
                                file.toString())))
                .strip();
    }

    /** Decodes all of a file; returns what the decoders complain of. */
    static String complaints(Path file) {
        return String.join(
                        "\n",
                        lines(List.of(
                                "ffmpeg",
                                "-v",
                                "error",
                                "-i",
                                file.toString(),
                                "-vsync",
                                "passthrough",
                                "-enc_time_base",
                                "-1",
                                "-f",
                                "null",
                                "-")))
                .strip();
    }

    private static List<String> lines(List<String> command) {
        Tool.need(command.getFirst());
        return Tool.run(120, command).output().lines().toList();
    }

    /** The samples of the first channel of a WAV file, as FFmpeg decodes them. */
    static short[] samples(Path wav) {
        Tool.need("ffmpeg");
        Path raw = wav.resolveSibling(wav.getFileName() + ".raw");
        Tool.Result result = Tool.run(
                60,
                List.of(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-y",
                        "-i",
                        wav.toString(),
                        "-f",
                        "s16le",
                        "-ac",
                        "1",
                        raw.toString()));
        if (result.status() != 0) {
            throw new AssertionError(result.output());
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(raw)).order(ByteOrder.LITTLE_ENDIAN);
            short[] samples = new short[bytes.remaining() / Short.BYTES];
            bytes.asShortBuffer().get(samples);
            return samples;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * The frequency of a tone by its zero crossings, between the first and the last of them in the longest stretch that
     * is not louder than so much: the test source has a tick of another frequency each second.
     */
    static double toneHz(short[] samples, int rateHz, int mostAmplitude) {
        int from = 0;
        int to = 0;
        for (int index = 0, start = 0; index < samples.length; index++) {
            if (Math.abs(samples[index]) > mostAmplitude) {
                start = index + 1;
            } else if (index - start > to - from) {
                from = start;
                to = index;
            }
        }
        int first = -1;
        int last = 0;
        int crossings = 0;
        for (int index = from + 1; index < to; index++) {
            if (samples[index - 1] < 0 && samples[index] >= 0) {
                if (first < 0) {
                    first = index;
                } else {
                    crossings++;
                }
                last = index;
            }
        }
        return (double) crossings * rateHz / (last - first);
    }

    /** The longest stretch that is as good as silent, in seconds. */
    static double longestSilenceSeconds(short[] samples, int rateHz) {
        int longest = 0;
        int run = 0;
        for (short sample : samples) {
            run = Math.abs(sample) < 64 ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return (double) longest / rateHz;
    }
}
