package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SettingChangesTest {
    private static final Optional<StreamId> CAM = Optional.of(new StreamId("cam"));

    private final Vertx vertx = Vertx.vertx();
    private final SettingChanges one = Await.result(SettingChanges.open(vertx));
    private final SettingChanges other = Await.result(SettingChanges.open(vertx));

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    @Test
    void changesAtTheSameTimeLoseNothingOfEachOther() {
        List<Future<Void>> changing = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            changing.add(one.change(CAM, Map.of("one." + number, "1")));
            changing.add(other.change(CAM, Map.of("other." + number, "2")));
        }
        Await.result(Future.all(changing));
        assertThat(Await.result(one.of(CAM)))
                .hasSize(40)
                .containsEntry("one.0", "1")
                .containsEntry("other.19", "2");
    }

    @Test
    void whatIsTakenBackAtTheSameTimeIsGoneAndTheRestStays() {
        Await.result(one.change(CAM, Map.of("a", "1", "b", "1")));
        Await.result(Future.all(
                one.change(CAM, Map.of("a", "")),
                other.change(CAM, Map.of("b", "")),
                other.change(CAM, Map.of("c", "3"))));
        assertThat(Await.result(one.of(CAM))).isEqualTo(Map.of("c", "3"));
        assertThat(Await.result(one.of(Optional.empty()))).isEmpty();
    }
}
