package io.mediamesh.vision;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.FaultLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class DetectorSetTest {
    private static final I420 PICTURE =
            new I420(64, 48, I420.Range.FULL, Bytes.takeOver(new byte[I420.sizeBytes(64, 48)]));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FaultLog faults = new FaultLog(meters, "vision");
    private final AtomicInteger open = new AtomicInteger();

    @Test
    void resultsAreCombinedMostConfidentFirst() {
        Detection weak = new Detection("a", 0.2, 0, 0, 1, 1);
        Detection strong = new Detection("b", 0.8, 0, 0, 1, 1);
        try (DetectorSet set = set(
                FakeDetector.kind("one", open, picture -> List.of(weak)),
                FakeDetector.kind("two", open, picture -> List.of(strong)))) {
            assertThat(set.detect(PICTURE, DetectionRules.NONE)).hasValueSatisfying(found -> {
                assertThat(found.detector()).isEqualTo("one+two");
                assertThat(found.objects()).containsExactly(strong, weak);
                assertThat(found.widthPx()).isEqualTo(64);
                assertThat(found.heightPx()).isEqualTo(48);
                assertThat(found.inferenceMillis()).isPositive();
            });
        }
    }

    @Test
    void oneThatFailsIsStartedAnewAndTheOthersGoOn() {
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger opened = new AtomicInteger();
        DetectorKind shaky = new DetectorKind("shaky", () -> {
            opened.incrementAndGet();
            return FakeDetector.kind("shaky", open, picture -> failing(calls.incrementAndGet() == 1))
                    .open();
        });
        try (DetectorSet set = set(shaky, FakeDetector.kind("sound", open, picture -> List.of()))) {
            assertThat(set.detect(PICTURE, DetectionRules.NONE))
                    .hasValueSatisfying(found -> assertThat(found.detector()).isEqualTo("sound"));
            assertThat(open).hasValue(1);
            assertThat(set.detect(PICTURE, DetectionRules.NONE))
                    .hasValueSatisfying(found -> assertThat(found.detector()).isEqualTo("shaky+sound"));
        }
        assertThat(opened).hasValue(2);
        assertThat(meters.counter("mediamesh.vision.faults", "part", "shaky").count())
                .isEqualTo(1);
    }

    private static List<Detection> failing(boolean now) {
        if (now) {
            throw new IllegalStateException("as the test wants it");
        }
        return List.of();
    }

    @Test
    void thereIsNoResultWhenNobodyCouldLook() {
        try (DetectorSet set = set(FakeDetector.kind("broken", open, picture -> failing(true)))) {
            assertThat(set.detect(PICTURE, DetectionRules.NONE)).isEmpty();
        }
    }

    @Test
    void closingClosesAllAndTheNextPictureOpensNewOnes() {
        DetectorSet set = set(
                FakeDetector.kind("one", open, picture -> List.of()),
                FakeDetector.kind("two", open, picture -> List.of()));
        assertThat(open).as("nothing is opened before the first picture").hasValue(0);
        set.detect(PICTURE, DetectionRules.NONE);
        assertThat(open).hasValue(2);

        set.close();
        set.close();
        assertThat(open).hasValue(0);

        set.detect(PICTURE, DetectionRules.NONE);
        assertThat(open).hasValue(2);
        set.close();
    }

    @Test
    void theRulesOfTheStreamChooseDetectorsAndWhatCounts() {
        Detection person = new Detection("person", 0.6, 10, 10, 30, 40);
        Detection faint = new Detection("person", 0.4, 10, 10, 30, 40);
        Detection far = new Detection("person", 0.9, 10, 10, 14, 18);
        Detection car = new Detection("car", 0.8, 10, 10, 40, 30);
        Detection unsureCar = new Detection("car", 0.6, 10, 10, 40, 30);
        Detection dog = new Detection("dog", 0.9, 10, 10, 40, 30);
        DetectionRules rules = DetectionRules.ofJson(
                new JsonObject("{\"detectors\":[\"one\"],\"classes\":[\"person\",\"car\"],\"min_confidence\":0.5,"
                        + "\"class_confidence\":{\"car\":0.7},\"min_size\":{\"width\":0.1,\"height\":0.2}}"));
        try (DetectorSet set = set(
                FakeDetector.kind("one", open, picture -> List.of(person, faint, far, car, unsureCar, dog)),
                FakeDetector.kind("two", open, picture -> List.of(person)))) {
            set.detect(PICTURE, DetectionRules.NONE);
            assertThat(open).hasValue(2);
            assertThat(set.detect(PICTURE, rules)).hasValueSatisfying(found -> {
                assertThat(found.detector()).isEqualTo("one");
                assertThat(found.objects()).containsExactly(car, person);
            });
            assertThat(open).as("one that is not wanted any more is closed").hasValue(1);
        }
    }

    @Test
    void detectorsThatAreNotThereAreAFault() {
        DetectionRules rules = DetectionRules.ofJson(new JsonObject("{\"detectors\":[\"gone\"]}"));
        try (DetectorSet set = set(FakeDetector.kind("one", open, picture -> List.of()))) {
            assertThat(set.detect(PICTURE, rules)).isEmpty();
        }
        assertThat(meters.counter("mediamesh.vision.faults", "part", "rules").count())
                .isEqualTo(1);
    }

    private DetectorSet set(DetectorKind... kinds) {
        return new DetectorSet(new StreamId("cam1"), List.of(kinds), faults);
    }
}
