package io.mediamesh.vision;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A detector that does what the test says, and counts how many of its kind are open. */
final class FakeDetector implements Detector {
    static final Detection BOX = new Detection("thing", 0.9, 20, 20, 120, 100);

    private final String name;
    private final Function<I420, List<Detection>> behaviour;
    private final AtomicInteger open;

    private FakeDetector(String name, Function<I420, List<Detection>> behaviour, AtomicInteger open) {
        this.name = name;
        this.behaviour = behaviour;
        this.open = open;
        open.incrementAndGet();
    }

    static DetectorKind kind(String name, AtomicInteger open, Function<I420, List<Detection>> behaviour) {
        return new DetectorKind(name, () -> new FakeDetector(name, behaviour, open));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Detection> detect(I420 picture) {
        return behaviour.apply(picture);
    }

    @Override
    public void close() {
        open.decrementAndGet();
    }
}
