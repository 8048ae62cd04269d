package io.mediamesh.recorder;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Topic;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A process that records until it is killed; it says each picture that it has made since the recording began. */
final class RecordingProcess {
    private static final int PERIOD_MILLIS = 40;

    private RecordingProcess() {}

    /** The argument is the folder. */
    public static void main(String[] arguments) {
        Vertx timers = Vertx.vertx();
        AtomicLong made = new AtomicLong();
        SyntheticSource camera =
                SyntheticSource.manual(timers, index -> Synthetic.counting(Synthetic.WIDTH, Synthetic.HEIGHT, index));
        SyntheticSource tone = SyntheticSource.tone(timers, 1000);
        Recorder recorder = Recorder.start(
                Path.of(arguments[0]),
                Map.of("recorder.fsync", "fragment"),
                Map.of(Topic.VIDEO, camera, Topic.AUDIO, tone));
        recorder.addStream("cam");
        recorder.start("cam", "video", "audio");
        timers.setPeriodic(PERIOD_MILLIS, tick -> {
            camera.emitAt(CaptureTime.now());
            System.out.println(made.incrementAndGet());
        });
    }
}
