package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How sessions are recorded. */
class LiveSessionRecordingsTest extends LiveSessionsFixture {
    @Test
    void aRecordedSessionIsWrittenWhereTheConfigurationSaysUntilItIsStopped() {
        gateway.putJson("/api/config", "{\"recording_directory\":\"" + directory.resolve("recordings/haven") + "\"}");

        assertThat(started("room", "record_session", true).getBoolean("record_session"))
                .isTrue();

        RecorderProtocol.Start asked = recorder.lastStart();
        assertThat(asked.directory()).isEqualTo("haven");
        assertThat(asked.topics()).containsExactly("audio", "video");
        assertThat(asked.events()).isTrue();
        String path = session("room").getString("recording_path");
        assertThat(path).endsWith("video-0001.mp4");
        assertThat(recorder.recordings.values()).allMatch(r -> r.state() == RecorderProtocol.State.RECORDING);

        call("stop", "room");

        assertThat(recorder.recordings.values()).allMatch(r -> r.state() == RecorderProtocol.State.FINISHED);
    }

    @Test
    void aRunningSessionBeginsToBeRecordedWhenItIsStartedAgainForThat() {
        int id = started("room").getInteger("session_id");

        JsonObject again = started("room", "record_session", true);

        assertThat(again.getInteger("session_id")).isEqualTo(id);
        assertThat(again.getBoolean("record_session")).isTrue();
        assertThat(session("room").getString("recording_path")).isNotBlank();
        assertThat(started("room", "record_session", false).getBoolean("record_session"))
                .as("the recording goes on")
                .isTrue();
        assertThat(recorder.asked(RecorderProtocol.Start.class)).isEqualTo(1);
        assertThat(recorder.asked(RecorderProtocol.Stop.class)).isZero();
    }

    @Test
    void aRoomThatCannotBeRecordedIsNotOpened() {
        recorder.refuse(FailureCode.UNAVAILABLE, "the disk is full");

        assertFailure(call("start", "room", "record_session", true), 502, "the disk is full");

        assertNothingLeft();
    }

    @Test
    void openSessionsGoOnAfterARestartUnderTheirIds() {
        int id = started("room", "record_session", true).getInteger("session_id");
        started("stopped");
        call("stop", "stopped");
        String created = session("room").getString("created_at");
        recorder.recordings.keySet().forEach(name -> recorder.turn(name, RecorderProtocol.State.FINISHED));

        restart(SETTINGS);

        JsonObject session =
                Await.until("the room is open again", () -> session("room"), found -> found.getString("status")
                        .equals("active"));
        assertThat(session.getInteger("id")).isEqualTo(id);
        assertThat(session.getString("created_at")).isEqualTo(created);
        assertThat(active().getInteger("count")).isEqualTo(1);
        assertThat(rooms().urls).hasSize(1);
        Await.until("another recording", () -> recorder.recordings.size() == 2);
        Await.until(
                "its path", () -> session("room").getString("recording_path").contains("T000002Z"));
        assertThat(started("room", "record_session", true).getInteger("session_id"))
                .isEqualTo(id);
    }

    @Tag("slow")
    @Test
    void aRecordingWithWhichTheRecorderGoesOnByItselfIsKeptOverARestart() {
        started("room", "record_session", true);
        String path = session("room").getString("recording_path");
        String name = recorder.recordings.keySet().iterator().next();
        recorder.waitWith(name, "its recorder was cut off; it goes on when its stream is there");

        restart(SETTINGS);
        Await.until("the recorder is asked", () -> recorder.asked(RecorderProtocol.Get.class) >= 2);
        recorder.waitWith(name, "");
        long before = recorder.asked(RecorderProtocol.Get.class);
        Await.until("it is asked again", () -> recorder.asked(RecorderProtocol.Get.class) > before);
        call("stop", "room");

        assertThat(recorder.recordings).hasSize(1);
        assertThat(recorder.recordings.values()).allMatch(r -> r.state() == RecorderProtocol.State.FINISHED);
        assertThat(path).contains(name);
    }

    @Tag("slow")
    @Test
    void aRecordingWhoseRecorderIsNotThereYetIsWaitedFor() {
        started("room", "record_session", true);
        String name = recorder.recordings.keySet().iterator().next();
        RecorderProtocol.Recording recording = recorder.recordings.remove(name);

        restart(SETTINGS);
        Await.until("the recorder is asked again", () -> recorder.asked(RecorderProtocol.Get.class) >= 2);
        recorder.recordings.put(name, recording);
        long before = recorder.asked(RecorderProtocol.Get.class);
        Await.until("it is asked once more", () -> recorder.asked(RecorderProtocol.Get.class) > before);
        call("stop", "room");

        assertThat(recorder.recordings.keySet()).containsExactly(name);
    }

    @Test
    void aRecordingThatWasGivenUpIsFollowedByAnotherAtOnce() {
        started("room", "record_session", true);
        String name = recorder.recordings.keySet().iterator().next();
        recorder.turn(name, RecorderProtocol.State.INTERRUPTED);

        restart(SETTINGS);

        Await.until("another recording", () -> recorder.recordings.size() == 2);
        assertThat(recorder.asked(RecorderProtocol.Get.class)).isEqualTo(1);
    }
}
