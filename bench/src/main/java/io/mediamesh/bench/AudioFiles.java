package io.mediamesh.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Sound for the analyses, as raw little-endian 16-bit samples at 48 kHz: notes of a scale with eight partials each and a
 * little noise, and the same in two channels of which the second comes later.
 *
 * @param mono one channel
 * @param stereo two channels, interleaved
 */
record AudioFiles(Path mono, Path stereo) {
    private static final int RATE_HZ = 48_000;
    private static final int SECONDS = 60;
    private static final int DELAY_FRAMES = 240;
    private static final int PARTIALS = 8;
    private static final double NOTES_A_SECOND = 2;
    private static final double LOWEST_HZ = 110;
    private static final double NOISE = 0.01;

    /** Makes them; the same ones each time. */
    static AudioFiles make(Path folder) throws IOException {
        double[] wave = wave();
        ByteBuffer mono = ByteBuffer.allocate(Short.BYTES * wave.length).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer stereo = ByteBuffer.allocate(2 * mono.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        for (int frame = 0; frame < wave.length; frame++) {
            mono.putShort(sample(wave[frame]));
            stereo.putShort(sample(wave[frame]));
            stereo.putShort(sample(frame < DELAY_FRAMES ? 0 : wave[frame - DELAY_FRAMES]));
        }
        Path monoFile = folder.resolve("mono.raw");
        Path stereoFile = folder.resolve("stereo.raw");
        Files.write(monoFile, mono.array());
        Files.write(stereoFile, stereo.array());
        return new AudioFiles(monoFile, stereoFile);
    }

    private static double[] wave() {
        double[] wave = new double[SECONDS * RATE_HZ];
        Random random = new Random(1);
        double phase = 0;
        for (int frame = 0; frame < wave.length; frame++) {
            int note = (int) (frame * NOTES_A_SECOND / RATE_HZ);
            phase += 2 * Math.PI * LOWEST_HZ * Math.pow(2, note % 36 / 12.0) / RATE_HZ;
            for (int partial = 1; partial <= PARTIALS; partial++) {
                wave[frame] += 0.3 / partial * Math.sin(partial * phase);
            }
            wave[frame] += NOISE * random.nextGaussian();
        }
        return wave;
    }

    private static short sample(double value) {
        return (short) Math.round(Math.clamp(value, -1, 1) * Short.MAX_VALUE);
    }
}
