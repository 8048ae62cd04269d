package io.mediamesh.recorder;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What Debian's ffprobe and ffmpeg say about a file: they are no code of ours, and of another version. */
final class Probe {
    private static final long LIMIT_SECONDS = 120;

    private Probe() {}

    /** A packet or frame of a track. */
    record Packet(double pts, double dts, double duration, boolean key, int size) {}

    static JsonObject json(Path file, String... options) {
        List<String> command = new ArrayList<>(List.of("ffprobe", "-v", "error", "-of", "json"));
        command.addAll(List.of(options));
        command.add(file.toString());
        return new JsonObject(new String(run(command), StandardCharsets.UTF_8));
    }

    static JsonObject stream(Path file, String selector) {
        return json(file, "-show_streams", "-select_streams", selector)
                .getJsonArray("streams")
                .getJsonObject(0);
    }

    static List<Packet> packets(Path file, String selector) {
        JsonArray packets =
                json(file, "-show_packets", "-select_streams", selector).getJsonArray("packets");
        return packets.stream()
                .map(JsonObject.class::cast)
                .map(packet -> new Packet(
                        number(packet, "pts_time"),
                        number(packet, "dts_time"),
                        number(packet, "duration_time"),
                        packet.getString("flags").startsWith("K"),
                        Integer.parseInt(packet.getString("size"))))
                .toList();
    }

    private static double number(JsonObject json, String field) {
        return Double.parseDouble(json.getString(field, "0"));
    }

    /** The pictures, decoded to their luma alone. */
    static byte[] luma(Path file) {
        return run(List.of(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                file.toString(),
                "-map",
                "0:v",
                "-enc_time_base",
                "-1",
                "-vsync",
                "passthrough",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "gray",
                "-"));
    }

    /** The sound as 16-bit samples. */
    static short[] sound(Path file) {
        byte[] bytes = run(List.of("ffmpeg", "-v", "error", "-i", file.toString(), "-map", "0:a", "-f", "s16le", "-"));
        short[] samples = new short[bytes.length / 2];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return samples;
    }

    static String text(String... command) {
        return new String(run(List.of(command)), StandardCharsets.UTF_8);
    }

    /** The standard output of a command that has to succeed and to complain of nothing. */
    static byte[] run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            byte[][] complaints = new byte[1][];
            Thread errors = Thread.ofVirtual().start(() -> {
                try {
                    complaints[0] = process.getErrorStream().readAllBytes();
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            });
            byte[] output = process.getInputStream().readAllBytes();
            errors.join();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)
                    || process.exitValue() != 0
                    || complaints[0].length > 0) {
                throw new AssertionError(
                        String.join(" ", command) + ": " + new String(complaints[0], StandardCharsets.UTF_8));
            }
            return output;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
