package io.mediamesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A viewer that stops reading. What the product still writes for it lies in the kernel's socket buffers and can be
 * counted there; what the product keeps for it in its own memory comes out when the viewer reads again, as frames
 * that were captured long ago. A second viewer that reads shows that the stream went on.
 */
final class StalledBenchmark implements Benchmark {
    private static final String STREAM = "stalled";
    private static final int RECEIVE_BUFFER_BYTES = 4096;
    private static final int PICTURES_BEFORE = 15;
    private static final long FILL_MILLIS = 4_000;
    private static final long STEP_MILLIS = 250;
    private static final int STEPS_OF_QUIET = 12;
    private static final double OLD_SECONDS = 0.75;
    private static final int GOAL_KEPT_FRAMES = 3;

    @Override
    public String name() {
        return "stalled";
    }

    @Override
    public String summary() {
        return "bytes written and frames kept for a viewer that stopped reading";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        List<Round> rounds = new ArrayList<>();
        try (Product product = Product.ready(lab, Map.of())) {
            product.putStream(STREAM, "test:");
            AtomicLong reading = new AtomicLong();
            TopicViewer reader = TopicViewer.open(
                            lab.vertx(),
                            product.port(),
                            Product.topicPath(STREAM, "video"),
                            (header, jpeg) -> reading.incrementAndGet())
                    .await();
            for (int round = 0; round < lab.rounds(); round++) {
                rounds.add(round(lab, product, reading));
            }
            reader.close().await();
        }
        return outcome(rounds);
    }

    /**
     * One stalled viewer.
     *
     * @param furtherBytes written for it after its sockets had stopped filling
     * @param keptFrames frames that the product held for it in its own memory, as far as they were old
     * @param bufferedBytes in the kernel when they had stopped filling
     * @param readerFrames frames that the reading viewer got while the other one was watched
     * @param cutOff whether the product closed the connection before a fresh picture came
     */
    record Round(long furtherBytes, double keptFrames, long bufferedBytes, long readerFrames, boolean cutOff) {}

    private static Round round(Lab lab, Product product, AtomicLong reading) throws IOException, InterruptedException {
        try (RawViewer viewer =
                RawViewer.open(product.port(), Product.topicPath(STREAM, "video"), RECEIVE_BUFFER_BYTES)) {
            double meanBytes = readSome(viewer);
            lab.pause(FILL_MILLIS);
            long readerBefore = reading.get();
            long full = underWay(product, viewer);
            long most = full;
            for (int step = 0; step < STEPS_OF_QUIET; step++) {
                lab.pause(STEP_MILLIS);
                most = Math.max(most, underWay(product, viewer));
            }
            long readerFrames = reading.get() - readerBefore;
            Old old = readOld(viewer, System.currentTimeMillis() / 1e3 - OLD_SECONDS);
            return new Round(most - full, Math.max(0, old.bytes - full) / meanBytes, full, readerFrames, old.cutOff);
        }
    }

    /** Reads some pictures and returns their mean size. */
    private static double readSome(RawViewer viewer) throws IOException {
        long bytes = 0;
        for (int picture = 0; picture < PICTURES_BEFORE; picture++) {
            bytes += viewer.next()
                    .orElseThrow(() -> new IOException("the product closed the connection of a viewer that read"))
                    .wireBytes();
        }
        return bytes / (double) PICTURES_BEFORE;
    }

    private record Old(long bytes, boolean cutOff) {}

    /** Reads until a picture comes that was captured after this time, or the connection ends. */
    private static Old readOld(RawViewer viewer, double beforeUnixSeconds) throws IOException {
        long bytes = 0;
        while (true) {
            Optional<RawViewer.Picture> picture = viewer.next();
            if (picture.isEmpty() || picture.get().capturedUnixSeconds() >= beforeUnixSeconds) {
                return new Old(bytes, picture.isEmpty());
            }
            bytes += picture.get().wireBytes();
        }
    }

    private static long underWay(Product product, RawViewer viewer) throws IOException {
        return ProcFs.bytesUnderWay(product.port(), viewer.localPort());
    }

    static Outcome outcome(List<Round> rounds) {
        double further = rounds.stream().mapToDouble(Round::furtherBytes).max().orElseThrow();
        double kept = rounds.stream().mapToDouble(Round::keptFrames).max().orElseThrow();
        long reader = rounds.stream().mapToLong(Round::readerFrames).min().orElseThrow();
        List<Double> buffered =
                rounds.stream().map(round -> round.bufferedBytes() / 1024.0).toList();
        List<String> notes = new ArrayList<>();
        notes.add("worst of " + rounds.size() + " rounds; the kernel's buffers held " + Medians.spread(buffered)
                + " KiB; a reading viewer got at least " + reader + " frames meanwhile");
        if (rounds.stream().anyMatch(Round::cutOff)) {
            notes.add("the product cut the stalled viewer off while it was watched");
        }
        return new Outcome(
                List.of(
                        Figure.alone("bytes written after the bound", "B", further, new Goal.ValueAtMost(0)),
                        // A stream that stood still would keep nothing either.
                        Figure.alone(
                                "frames kept for the viewer",
                                "frames",
                                reader > 0 ? kept : Double.NaN,
                                new Goal.ValueAtMost(GOAL_KEPT_FRAMES))),
                notes);
    }
}
