package io.mediamesh.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * How far the pictures and the sound of a room are apart in its recording, beside what another participant gets of the
 * same room with LiveKit's own SDK. One room of three minutes, however many rounds there are of other measurements.
 */
final class SyncBenchmark implements Benchmark {
    private static final String JUDGE = "testkit/src/main/resources/io/mediamesh/testkit/room-sync.py";
    /** Three minutes, after what libwebrtc takes to bring pictures and sound together. */
    private static final long LASTS_MILLIS = 196_000;

    private static final long JUDGE_SECONDS = 120;
    private static final double MOST_APART_MILLIS = 40;
    private static final double LONGEST_GAP_MILLIS = 20;
    private static final String PEER = "LiveKit's SDK";

    @Override
    public String name() {
        return "sync";
    }

    @Override
    public String summary() {
        return "how far pictures and sound of a LiveKit room are apart in its recording, over three minutes";
    }

    /** What {@code room-sync.py} says. */
    private record Apart(JsonObject found) {
        double of(String what) {
            return found.getDouble(what);
        }

        List<Double> offsets() {
            return numbers("offsets").boxed().toList();
        }

        DoubleStream numbers(String what) {
            return found.getJsonArray(what).stream().mapToDouble(each -> ((Number) each).doubleValue());
        }

        double longestGapMillis() {
            return found.getJsonArray("gaps").stream()
                    .mapToDouble(gap -> ((JsonArray) gap).getDouble(1))
                    .max()
                    .orElse(0);
        }

        String note(String where) {
            return String.format(
                    Locale.ROOT,
                    "%s: %d of %d flashes have a beep; sound late by %.1f ms in the middle, %s ms; %+.2f ms a minute; "
                            + "before what the guest handed over apart (%s ms) is taken off: %s ms",
                    where,
                    found.getInteger("pairs"),
                    found.getInteger("flashes"),
                    of("median"),
                    Medians.spread(offsets()),
                    of("drift"),
                    Medians.spread(numbers("handed").boxed().toList()),
                    Medians.spread(numbers("raw").boxed().toList()));
        }
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        try (RoomPeer rooms = RoomPeer.start(lab);
                Child guest = rooms.guest(lab, "sync", "guest", "video 640 480", "beeps");
                Product product = Product.ready(lab, rooms.settings())) {
            product.startSession("sync");
            String recording = product.record("sync", "video", "audio");
            try (Child peer = rooms.guest(lab, "sync", "peer", "watch guest")) {
                lab.pause(LASTS_MILLIS);
                product.stopRecording(recording);
                Path handed = said(lab, guest, "handed");
                Path video = product.fetch(recording, "video.mp4");
                Apart recorded = judge(lab, handed, video);
                Apart wav = judge(lab, handed, video, product.fetch(recording, "audio.wav"));
                Apart theirs = judge(lab, handed, said(lab, peer, "seen"));
                return outcome(recorded, wav, theirs);
            }
        }
    }

    private static Outcome outcome(Apart recorded, Apart wav, Apart theirs) {
        return new Outcome(
                List.of(
                        within("pairs at most 40 ms apart, MP4", recorded, theirs),
                        within("the same with the sound of the WAV", wav, theirs),
                        Figure.beside(
                                "apart in the middle, MP4",
                                "ms",
                                Math.abs(recorded.of("median")),
                                new Figure.Peer(PEER, Math.abs(theirs.of("median"))),
                                new Goal.ValueAtMost(MOST_APART_MILLIS)),
                        Figure.beside(
                                "apart at most, MP4",
                                "ms",
                                recorded.of("most"),
                                new Figure.Peer(PEER, theirs.of("most")),
                                new Goal.None()),
                        Figure.alone(
                                "longest gap in the sound, WAV",
                                "ms",
                                wav.longestGapMillis(),
                                new Goal.ValueAtMost(LONGEST_GAP_MILLIS))),
                List.of(
                        recorded.note("MP4"),
                        wav.note("WAV"),
                        theirs.note(PEER),
                        "gaps of the WAV: " + wav.found().getJsonArray("gaps")));
    }

    private static Figure within(String what, Apart ours, Apart theirs) {
        return Figure.beside(
                what,
                "%",
                100 * ours.of("within"),
                new Figure.Peer(PEER, 100 * theirs.of("within")),
                new Goal.ValueAtLeast(95));
    }

    private static Path said(Lab lab, Child guest, String line) throws IOException, InterruptedException {
        return Files.writeString(lab.scratch().resolve(line + ".json"), RoomPeer.ask(guest, line));
    }

    private static Apart judge(Lab lab, Path... files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(PythonPeers.command(lab, JUDGE));
        for (Path file : files) {
            command.add(file.toString());
        }
        try (Child judge = Child.talking(lab, "judge", command, Map.of())) {
            Apart apart = new Apart(new JsonObject(judge.expectLine()));
            judge.expectSuccess(JUDGE_SECONDS);
            return apart;
        }
    }
}
