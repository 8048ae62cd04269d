package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceFaultsTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private Recording play(String url) {
        return Recording.of(TestConfigs.source(vertx, url, false, TestConfigs.local("ingest.reconnect_first", "20ms")));
    }

    /** The numbers are those of Linux's errno-base.h. */
    @ParameterizedTest
    @CsvSource({
        "13, no permission to open the camera /dev/null",
        "1, no permission to open the camera /dev/null",
        "16, the camera /dev/null is in use by another program",
        "6, the camera /dev/null is not there",
        "19, /dev/null gives no pictures; many cameras have a second device file",
        "22, 'the camera /dev/null does not take the size, fps or format asked for'",
        "12, the camera /dev/null can't be opened: Cannot allocate memory",
    })
    void eachReasonNotToOpenNamesTheCameraAndIsTriedAgain(int number, String reason) {
        SourceFault fault = new DeviceFaults("/dev/null").whenOpening(-number);
        assertThat(fault.reason()).startsWith(reason);
        assertThat(fault.remedy()).isEqualTo(SourceFault.Remedy.RETRY);
    }

    @Test
    void aCameraThatIsPulledOutWhileItPlaysIsMissed() {
        assertThat(new DeviceFaults("/dev/video0").whenReading(-19).reason())
                .isEqualTo("the camera /dev/video0 was unplugged, or is broken");
        assertThat(new DeviceFaults("/dev/video0")
                        .whenReading(avutil.AVERROR_EOF())
                        .reason())
                .isEqualTo("the camera /dev/video0 stopped: End of file");
    }

    @Test
    void aCameraThatIsNotThereIsLookedForAgainAndAgain() {
        try (Recording recording = play("device:/dev/video93?size=640x480&fps=30&format=yuyv422")) {
            Await.until("three attempts", () -> recording.states.size() >= 3);
            assertThat(recording.states)
                    .allMatch(state -> state.equals("lost: the camera /dev/video93 is not there; plug it in"));
        }
    }

    @Test
    void aDeviceThatIsNoCameraSaysSo() {
        try (Recording recording = play("device:/dev/null")) {
            recording.awaitState("lost: /dev/null is not a camera");
        }
    }
}
