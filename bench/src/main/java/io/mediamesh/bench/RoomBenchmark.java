package io.mediamesh.bench;

import io.vertx.core.Promise;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How long it takes from asking for a live session of a LiveKit room to the first JPEG of it. */
final class RoomBenchmark implements Benchmark {
    private static final int SESSIONS = 6;
    private static final int MAX_MESSAGE_BYTES = 16 << 20;
    private static final long PATIENCE_SECONDS = 20;
    private static final double GOAL_MILLIS = 1_000;

    @Override
    public String name() {
        return "room";
    }

    @Override
    public String summary() {
        return "time from starting a live session of a LiveKit room to its first JPEG";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException, TimeoutException {
        List<Double> millis = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        try (RoomPeer rooms = RoomPeer.start(lab);
                Child guest = rooms.guest(lab, "bench", "guest", "video 640 480", "audio")) {
            for (int round = 0; round < lab.rounds(); round++) {
                try (Product product = Product.ready(lab, rooms.settings())) {
                    first.add(session(lab, product));
                    for (int number = 1; number < SESSIONS; number++) {
                        millis.add(session(lab, product));
                    }
                    lab.say("round " + (round + 1) + " of " + lab.rounds());
                }
            }
            if (!guest.isAlive()) {
                throw guest.failure("ended by itself");
            }
        }
        return new Outcome(
                List.of(
                        Figure.alone(
                                "start to first JPEG, p95",
                                "ms",
                                Medians.percentile(95, millis),
                                new Goal.ValueAtMost(GOAL_MILLIS)),
                        Figure.alone("start to first JPEG, p50", "ms", Medians.of(millis), new Goal.None()),
                        Figure.alone(
                                "the first session of a process",
                                "ms",
                                Medians.of(first),
                                new Goal.ValueAtMost(GOAL_MILLIS))),
                List.of(millis.size() + " sessions, and the first of " + first.size() + " processes: "
                        + Medians.spread(first) + " ms"));
    }

    private static double session(Lab lab, Product product) throws IOException, InterruptedException, TimeoutException {
        long begin = System.nanoTime();
        product.startSession("bench");
        Promise<Void> picture = Promise.promise();
        WebSocketClient client = lab.vertx()
                .createWebSocketClient(new WebSocketClientOptions()
                        .setMaxFrameSize(MAX_MESSAGE_BYTES)
                        .setMaxMessageSize(MAX_MESSAGE_BYTES));
        client.connect(product.port(), "127.0.0.1", "/api/live-sessions/ws/live/bench")
                .onSuccess(socket -> socket.binaryMessageHandler(jpeg -> picture.tryComplete()))
                .onFailure(picture::tryFail);
        picture.future().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        double millis = (System.nanoTime() - begin) / 1e6;
        client.close().await();
        product.stopSession("bench");
        return millis;
    }
}
