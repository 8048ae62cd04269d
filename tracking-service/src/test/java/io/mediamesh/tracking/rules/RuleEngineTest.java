package io.mediamesh.tracking.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.CountingLine.Direction;
import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.ObjectEvent.AtLine;
import io.mediamesh.contracts.ObjectEvent.AtZone;
import io.mediamesh.contracts.ObjectEvent.Kind;
import io.mediamesh.contracts.ObjectEvent.Life;
import io.mediamesh.contracts.ObjectEvent.Snapshot;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.Track.State;
import io.mediamesh.contracts.Tracks;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Objects of 20×40 pixels in frames of 1000×500, ten a second. The margin of a border is 5 pixels: a hundredth of 500, which
 * is more than a twentieth of 40.
 */
final class RuleEngineTest {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 500;
    private static final long FRAME_NANOS = 100_000_000L;
    /** x 400 to 600, y 100 to 400; and an upward line at x 500 from y 400 to y 100. */
    private static final String YARD_AND_GATE = """
            {"zones":[{"name":"yard","polygon":[[0.4,0.2],[0.6,0.2],[0.6,0.8],[0.4,0.8]],"loiter_seconds":1.0}],
             "lines":[{"name":"gate","from":[0.5,0.8],"to":[0.5,0.2]}]}""";

    private final List<Sight> photographed = new ArrayList<>();
    private final RuleEngine engine = new RuleEngine((stamp, sight) -> {
        photographed.add(sight);
        return Optional.of(new Snapshot(new Jpeg(1, 1, Bytes.takeOver(new byte[] {1})), 1, 0.9));
    });
    private long frame;
    private DetectionRules rules = DetectionRules.NONE;

    private static DetectionRules rules(String json) {
        return DetectionRules.ofJson(new JsonObject(json));
    }

    /** An object whose feet are here. */
    private static Track at(long id, String label, double x, double y) {
        return Track.of(id, State.TRACKED, new Track.Found(label, 0.9), x - 10, y - 40, x + 10, y);
    }

    private List<ObjectEvent> look(Track... tracks) {
        long nanos = frame * FRAME_NANOS;
        Stamp stamp = Stamp.ofSource(1, frame, new CaptureTime(nanos, nanos));
        return engine.look(rules, stamp, new Tracks(frame++, WIDTH, HEIGHT, Arrays.asList(tracks)));
    }

    private List<ObjectEvent> walk(double y, double... xs) {
        List<ObjectEvent> events = new ArrayList<>();
        for (double x : xs) {
            events.addAll(look(at(1, "person", x, y)));
        }
        return events;
    }

    private static List<Kind> kinds(List<ObjectEvent> events) {
        return events.stream().map(ObjectEvent::kind).toList();
    }

    private static List<ObjectEvent> only(List<ObjectEvent> events, Kind... kinds) {
        return events.stream()
                .filter(event -> Arrays.asList(kinds).contains(event.kind()))
                .toList();
    }

    @Test
    void anObjectThatWalksThroughIsToldOfOnceAtEachPlace() {
        rules = rules(YARD_AND_GATE);
        List<ObjectEvent> events = new ArrayList<>(walk(300, 300, 350, 390, 410, 450, 490, 510, 550, 590, 610, 650));
        events.addAll(look());

        assertThat(kinds(only(events, Kind.NEW, Kind.ENTER, Kind.CROSS, Kind.LEAVE, Kind.END)))
                .containsExactly(Kind.NEW, Kind.ENTER, Kind.CROSS, Kind.LEAVE, Kind.END);
        assertThat(only(events, Kind.ENTER).getFirst().detail()).isEqualTo(new AtZone("yard", 0, 1));
        // In from the frame at 410 on, out in that at 610: six frames later.
        assertThat(only(events, Kind.LEAVE).getFirst().detail()).isEqualTo(new AtZone("yard", 0.6, 0));
        assertThat(only(events, Kind.CROSS).getFirst().detail()).isEqualTo(new AtLine("gate", Direction.IN, 1, 0));
        assertThat(events.getLast().detail()).isInstanceOfSatisfying(Life.class, life -> {
            assertThat(life.seconds()).isEqualTo(1.1);
            assertThat(life.zones()).containsExactly("yard");
            assertThat(life.snapshot()).isPresent();
        });
        assertThat(events).allSatisfy(event -> {
            assertThat(event.object()).isEqualTo(1);
            assertThat(event.label()).isEqualTo("person");
            assertThat(event.muted()).isFalse();
        });
    }

    @Test
    void anObjectThatTremblesOnABorderEntersOnceAndCrossesOnce() {
        rules = rules(YARD_AND_GATE);
        List<ObjectEvent> atZone = walk(300, 390, 401, 398, 402, 396, 404, 397);
        assertThat(kinds(only(atZone, Kind.ENTER, Kind.LEAVE))).containsExactly(Kind.ENTER);
        assertThat(kinds(only(walk(300, 394), Kind.ENTER, Kind.LEAVE))).containsExactly(Kind.LEAVE);

        List<ObjectEvent> atLine = walk(300, 480, 498, 502, 497, 503, 499, 504, 496, 504);
        assertThat(only(atLine, Kind.CROSS)).isEmpty();
        assertThat(only(walk(300, 506, 503, 498, 496, 502, 506), Kind.CROSS)).hasSize(1);
        assertThat(only(walk(300, 494), Kind.CROSS))
                .extracting(ObjectEvent::detail)
                .containsExactly(new AtLine("gate", Direction.OUT, 1, 1));
    }

    @Test
    void whoPassesTheEndOfALineHasNotCrossedIt() {
        rules = rules(YARD_AND_GATE);
        assertThat(only(walk(450, 450, 480, 520, 550), Kind.CROSS)).isEmpty();
        assertThat(only(walk(60, 550, 520, 480, 450), Kind.CROSS)).isEmpty();
    }

    @Test
    void whoStaysLoitersOnceForEachStay() {
        rules = rules(YARD_AND_GATE);
        double[] stays = new double[25];
        Arrays.fill(stays, 450);
        List<ObjectEvent> first = only(walk(300, stays), Kind.ENTER, Kind.LOITER);
        assertThat(kinds(first)).containsExactly(Kind.ENTER, Kind.LOITER);
        assertThat(first.getLast().detail()).isEqualTo(new AtZone("yard", 1.0, 1));
        walk(300, 300);
        assertThat(kinds(only(walk(300, stays), Kind.ENTER, Kind.LOITER))).containsExactly(Kind.ENTER, Kind.LOITER);
    }

    @Test
    void lostObjectsDoNothingAndAreGoneAfterFiveSeconds() {
        rules = rules(YARD_AND_GATE);
        walk(300, 450);
        Track lost = at(1, "person", 700, 300).lost();
        List<ObjectEvent> events = new ArrayList<>();
        for (int index = 0; index < 50; index++) {
            events.addAll(look(lost));
        }
        assertThat(events).isEmpty();
        assertThat(kinds(look(lost))).containsExactly(Kind.LEAVE, Kind.END);
        assertThat(look(lost)).isEmpty();
        assertThat(kinds(look(at(1, "person", 450, 300)))).containsExactly(Kind.NEW, Kind.ENTER);
    }

    @Test
    void classesAreFilteredForStreamsZonesAndLines() {
        rules = rules("""
                {"classes":["person","car"],
                 "zones":[{"name":"lot","polygon":[[0.4,0.2],[0.6,0.2],[0.6,0.8],[0.4,0.8]],"classes":["car"]}],
                 "lines":[{"name":"gate","from":[0.5,0.8],"to":[0.5,0.2],"classes":["person"]}]}""");
        List<ObjectEvent> events =
                new ArrayList<>(look(at(1, "person", 450, 300), at(2, "car", 450, 300), at(3, "dog", 450, 300)));
        events.addAll(look(at(1, "person", 550, 300), at(2, "car", 550, 300), at(3, "dog", 550, 300)));
        assertThat(events)
                .extracting(event -> event.kind() + " " + event.object())
                .containsExactly("NEW 1", "NEW 2", "ENTER 2", "CROSS 1");
    }

    @Test
    void objectsThatWereMarkedCountWhateverTheClasses() {
        rules = rules("{\"classes\":[\"car\"]}");
        Track marked = Track.ofBox(4, State.TRACKED, Optional.empty(), 1, 2, 30, 40);
        assertThat(look(marked)).singleElement().satisfies(event -> {
            assertThat(event.label()).isEqualTo(ObjectEvent.MARKED);
            assertThat(event.confidence()).isEqualTo(1);
        });
    }

    @Test
    void withinTheCooldownTheSameIsMutedAndStillCounted() {
        rules = rules(YARD_AND_GATE.replaceFirst("\\{", "{\"cooldown_seconds\":2,"));
        List<ObjectEvent> first = look(at(1, "person", 450, 300));
        List<ObjectEvent> second = look(at(1, "person", 450, 300), at(2, "person", 460, 300), at(3, "dog", 450, 300));
        assertThat(first).extracting(ObjectEvent::muted).containsOnly(false);
        assertThat(second)
                .extracting(event -> event.object() + " " + event.kind() + " " + event.muted())
                .containsExactly("2 NEW true", "2 ENTER true", "3 NEW false", "3 ENTER false");
        assertThat(((AtZone) second.get(1).detail()).inside()).isEqualTo(2);
        assertThat(look())
                .extracting(event -> event.object() + " " + event.kind() + " " + event.muted())
                .containsExactlyInAnyOrder(
                        "1 LEAVE false", "1 END false", "2 LEAVE true", "2 END true", "3 LEAVE false", "3 END false");
        frame += 20;
        assertThat(look(at(5, "person", 450, 300)))
                .extracting(ObjectEvent::muted)
                .containsOnly(false);
    }

    @Test
    void rulesThatChangeKeepWhoIsInZonesThatStay() {
        rules = rules(YARD_AND_GATE);
        walk(300, 450);
        rules = rules(YARD_AND_GATE.replace("gate", "other gate"));
        assertThat(only(walk(300, 460), Kind.ENTER, Kind.NEW)).isEmpty();
        rules = rules(YARD_AND_GATE.replace("yard", "garden"));
        assertThat(kinds(only(walk(300, 470), Kind.ENTER, Kind.NEW))).containsExactly(Kind.ENTER);
        rules = rules("{\"classes\":[\"car\"]}");
        assertThat(kinds(walk(300, 480))).containsExactly(Kind.END);
    }

    @Test
    void betterPicturesAreTakenSeldomAndToldAtMostOnceASecond() {
        List<ObjectEvent> events = new ArrayList<>();
        for (int index = 0; index < 40; index++) {
            double height = 40 + 4 * index;
            events.addAll(
                    look(Track.of(1, State.TRACKED, new Track.Found("person", 0.9), 400, 100, 420, 100 + height)));
        }
        assertThat(kinds(events)).containsExactly(Kind.NEW, Kind.UPDATE, Kind.UPDATE, Kind.UPDATE);
        assertThat(events)
                .extracting(event -> ((Life) event.detail()).snapshot().isPresent())
                .containsOnly(true);
        // From 40 to 196 pixels in steps of a tenth and more: log(4.9) / log(1.1) is 16.7.
        assertThat(photographed).hasSizeBetween(10, 17);
    }

    @Test
    void withoutSnapshotsNoPictureIsTaken() {
        rules = rules("{\"snapshots\":false}");
        assertThat(((Life) look(at(1, "person", 450, 300)).getFirst().detail()).snapshot())
                .isEmpty();
        assertThat(photographed).isEmpty();
    }

    @Test
    void zonesFitFramesOfAnySizeInMidStream() {
        rules = rules(YARD_AND_GATE);
        walk(300, 450);
        long nanos = frame * FRAME_NANOS;
        Stamp stamp = Stamp.ofSource(2, 0, new CaptureTime(7, nanos));
        Track half = Track.of(1, State.TRACKED, new Track.Found("person", 0.9), 220, 130, 230, 150);
        assertThat(only(engine.look(rules, stamp, new Tracks(0, WIDTH / 2, HEIGHT / 2, List.of(half))), Kind.LEAVE))
                .isEmpty();
    }
}
