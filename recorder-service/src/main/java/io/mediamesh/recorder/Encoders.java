package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Which encoders of pictures there are, and which of them work on this machine. */
public final class Encoders {
    private static final int WIDTH_PX = 640;
    private static final int HEIGHT_PX = 480;
    private static final double FPS = 30;
    private static final int PICTURES = 3;
    private static final byte GREY = (byte) 128;
    private static final int SOUND_HZ = 48_000;
    private static final AtomicBoolean PREPARED = new AtomicBoolean();
    private static final List<String> OTHERS = List.of(
            "hevc_nvenc",
            "hevc_videotoolbox",
            "hevc_qsv",
            "libx265",
            "av1_nvenc",
            "av1_qsv",
            "libsvtav1",
            "libaom-av1");

    private Encoders() {}

    /**
     * An encoder that was put to work for a moment.
     *
     * @param name FFmpeg's
     * @param fault why it does not work here; empty when it does
     */
    public record Tried(String name, String fault) {
        /** Whether it gave something to store. */
        public boolean works() {
            return fault.isEmpty();
        }
    }

    /** The encoder that the settings name. */
    public static String chosen(Settings settings) {
        return RecorderConfig.of(settings).encoder();
    }

    /** The setting that names it. */
    public static String setting() {
        return RecorderConfig.ENCODER.key();
    }

    /** Every encoder that this FFmpeg has, those for H.264 first. Blocks for a second or two. */
    public static List<Tried> tryAll() {
        List<String> names = new ArrayList<>(PictureEncoder.known());
        names.addAll(PictureEncoder.known(OTHERS));
        return names.stream().map(Encoders::attempt).toList();
    }

    /**
     * Loads what the first recording needs, because pictures would wait for it meanwhile, and a kill would take them.
     * Blocks for up to a second, once; what does not work shows when it is used.
     */
    static void prepare(String name) {
        if (!PREPARED.compareAndSet(false, true)) {
            return;
        }
        attempt(name);
        SoundEncoder.open(new TrackFormats.Pcm(SOUND_HZ, 1), 0).ifPresent(encoder -> {
            try (encoder) {
                encoder.encode(new short[SOUND_HZ / 10], 0, SOUND_HZ / 10, coded -> {});
                Mp4Header.of(Optional.empty(), Optional.of(encoder.format()));
            }
        });
    }

    /** Encodes a few grey pictures. Blocks. */
    public static Tried attempt(String name) {
        byte[] planes = new byte[I420.sizeBytes(WIDTH_PX, HEIGHT_PX)];
        Arrays.fill(planes, GREY);
        I420 picture = new I420(WIDTH_PX, HEIGHT_PX, I420.Range.LIMITED, Bytes.takeOver(planes));
        PictureEncoder.Shape shape = new PictureEncoder.Shape(WIDTH_PX, HEIGHT_PX, picture.range(), FPS);
        List<CodedPicture> coded = new ArrayList<>();
        try (PictureEncoder encoder = PictureEncoder.open(name, shape, 0)) {
            for (int index = 0; index < PICTURES; index++) {
                encoder.encode(picture, index * (long) (Ticks.PER_SECOND / FPS), index == 0, coded::add);
            }
            encoder.finish(coded::add);
            return new Tried(name, coded.isEmpty() ? "it gave nothing" : "");
        } catch (MeshException | IllegalStateException fault) {
            return new Tried(name, String.valueOf(fault.getMessage()));
        }
    }
}
