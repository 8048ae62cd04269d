package io.mediamesh.vision;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.Stamp;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecentTest {
    private static final Detections ONE =
            new Detections("faces", 640, 480, 5, List.of(new Detection("face", 0.9, 1, 2, 3, 4)));

    private final Recent<Detections> memory = new Recent<>();

    @Test
    void boxesAreGoodForOneSecondOfCaptureTime() {
        memory.remember(frame(1, 5_000), ONE);

        assertThat(memory.of(frame(1, 5_000))).contains(ONE);
        assertThat(memory.of(frame(1, 6_000))).contains(ONE);
        assertThat(memory.of(frame(1, 6_001))).isEmpty();
    }

    @Test
    void whatIsForgottenIsNotDrawn() {
        memory.remember(frame(1, 5_000), ONE);
        memory.forget();

        assertThat(memory.of(frame(1, 5_000))).isEmpty();
    }

    @Test
    void boxesOfAnEarlierOpeningOfTheSourceAreNotDrawn() {
        memory.remember(frame(1, 5_000), ONE);

        assertThat(memory.of(frame(2, 5_100))).isEmpty();
    }

    @Test
    void thereAreNoneBeforeTheFirstResult() {
        assertThat(memory.of(frame(1, 0))).isEmpty();
    }

    private static Stamp frame(long epoch, long millis) {
        return Stamp.ofSource(epoch, 0, new CaptureTime(millis * 1_000_000, 0));
    }
}
