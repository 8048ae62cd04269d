package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Setting;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An analysis for tests: after each so many frames it tells how many there were, and how many instances there are. */
final class CountingKind implements AnalyserKind {
    static final int EVERY_FRAMES = 480;

    /** Breaks the analysis at the frame with this number; 0 for never. */
    volatile long breaksAtFrame;

    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger restarts = new AtomicInteger();
    private final String type;
    private final Setting<Integer> label;

    CountingKind(String type) {
        this.type = type;
        this.label = Setting.integer("audio." + type + ".label", 1, 0, 100, "What results are marked with.");
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(label);
    }

    @Override
    public double defaultRateHz() {
        return 20;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        int mark = settings.get(label);
        if (mark == 99) {
            throw MeshException.invalid(label.key(), "99 does not go with the rest");
        }
        opened.incrementAndGet();
        return new Analyser() {
            private long heard;

            @Override
            public void listen(Sound sound, Results results) {
                if (breaksAtFrame > 0 && sound.end() >= breaksAtFrame) {
                    breaksAtFrame = 0;
                    throw new IllegalStateException("broken on purpose");
                }
                while (sound.end() - heard >= EVERY_FRAMES) {
                    double[] samples = new double[EVERY_FRAMES];
                    sound.mono(heard, EVERY_FRAMES, samples, 0);
                    heard += EVERY_FRAMES;
                    results.give(
                            heard - EVERY_FRAMES / 2,
                            Fields.builder()
                                    .whole("heard", heard)
                                    .whole("label", mark)
                                    .number("first", samples[0], 6)
                                    .number("rate", settings.maxRateHz(), 3)
                                    .build());
                }
            }

            @Override
            public void restart() {
                restarts.incrementAndGet();
                heard = 0;
            }
        };
    }
}
