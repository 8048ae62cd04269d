package io.mediamesh.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jtransforms.fft.DoubleFFT_1D;

/** What programs of FFmpeg say of recorded files, which know nothing of how they were written. */
final class Media {
    private static final int MOST_TONE_SAMPLES = 1 << 18;

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
        Path raw = Tool.ffmpeg(
                wav.resolveSibling(wav.getFileName() + ".raw"), "-i", wav.toString(), "-f", "s16le", "-ac", "1");
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
     * The frequency of the loudest tone in the first seconds: where their spectrum under a Hann window is highest, between
     * its lines by a parabola through the logarithms of three (Smith, Spectral Audio Signal Processing, "Quadratic
     * Interpolation of Spectral Peaks").
     */
    static double toneHz(short[] samples, int rateHz) {
        int length = Math.min(samples.length, MOST_TONE_SAMPLES);
        int lines = Integer.highestOneBit(2 * length - 1);
        double[] spectrum = new double[lines];
        for (int index = 0; index < length; index++) {
            spectrum[index] = samples[index] * (1 - Math.cos(2 * Math.PI * index / length));
        }
        new DoubleFFT_1D(lines).realForward(spectrum);
        int peak = 1;
        for (int line = 2; line < lines / 2 - 1; line++) {
            if (logPower(spectrum, line) > logPower(spectrum, peak)) {
                peak = line;
            }
        }
        double before = logPower(spectrum, peak - 1);
        double at = logPower(spectrum, peak);
        double after = logPower(spectrum, peak + 1);
        return (peak + (before - after) / (before - 2 * at + after) / 2) * rateHz / lines;
    }

    private static double logPower(double[] spectrum, int line) {
        return Math.log(Math.pow(spectrum[2 * line], 2) + Math.pow(spectrum[2 * line + 1], 2) + Double.MIN_NORMAL);
    }

    /** The longest stretch between the first and the last sound that is as good as silent, in seconds. */
    static double longestSilenceSeconds(short[] samples, int rateHz) {
        int longest = 0;
        int last = samples.length;
        for (int index = 0; index < samples.length; index++) {
            if (Math.abs(samples[index]) >= 64) {
                longest = Math.max(longest, index - last - 1);
                last = index;
            }
        }
        return (double) longest / rateHz;
    }

    /** A picture of a room's guest: when it is shown, the number that it carries, and whether it is white below. */
    record Numbered(double seconds, int number, boolean white) {}

    /** The pictures of a guest (see {@code room-guest.py}) in the order of a file. */
    static List<Numbered> numbered(Path file) {
        // Two pixels for each of the 16 blocks of the upper half, and as many for the lower half; then the colours.
        Path raw = Tool.ffmpeg(
                file.resolveSibling(file.getFileName() + ".yuv"),
                "-i",
                file.toString(),
                "-vf",
                "scale=32:2:flags=area",
                "-vsync",
                "passthrough",
                "-pix_fmt",
                "yuv420p",
                "-f",
                "rawvideo");
        try {
            byte[] planes = Files.readAllBytes(raw);
            List<double[]> times = packets(file, "v:0");
            List<Numbered> pictures = new ArrayList<>();
            for (int at = 0; at < planes.length; at += 96) {
                int number = 0;
                for (int bit = 0; bit < 16; bit++) {
                    number = 2 * number + ((planes[at + 2 * bit] & 0xff) > 127 ? 1 : 0);
                }
                pictures.add(new Numbered(times.get(at / 96)[0], number, (planes[at + 48] & 0xff) > 170));
            }
            return pictures;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** MD5 sums of the coded packets of a track, in the order of the file. */
    static List<String> hashes(Path file, String track) {
        return lines(List.of(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        track,
                        "-show_data_hash",
                        "md5",
                        "-show_entries",
                        "packet=data_hash",
                        "-of",
                        "csv=p=0",
                        file.toString()))
                .stream()
                .map(line -> line.split(",", -1)[0])
                .filter(line -> !line.isBlank())
                .toList();
    }
}
