package io.mediamesh.recorder;

import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine with its disk in a folder, for tests that bring what is to be recorded themselves. */
final class Bench implements AutoCloseable {
    private static final PictureCodec CODEC = new OpenCvPictureCodec();

    final Path folder;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<IOException> faults = new CopyOnWriteArrayList<>();
    final Journal journal;
    final DiskWriter disk;
    final RecordingEngine engine;
    private boolean ended;

    private Bench(Path folder, Journal journal, boolean pictures, Map<String, String> settings) {
        this.folder = folder;
        this.journal = journal;
        RecorderConfig config = config(settings);
        RecorderMeters counted = new RecorderMeters(meters);
        this.disk = new DiskWriter("test", config.sync(), new Lease(System::nanoTime), counted, faults::add);
        this.engine = new RecordingEngine(journal, config, disk, counted, CODEC, pictures, 30);
    }

    static RecorderConfig config(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("recorder.fsync", "never"));
        all.putAll(settings);
        return RecorderConfig.of(Settings.of(RecorderConfig.all(), all));
    }

    static Bench of(Path folder, boolean pictures, Map<String, String> settings) {
        Journal journal = new Journal(
                folder,
                "test-member",
                "20231114T221320Z-cam-abcd",
                new StreamId("cam"),
                new TreeSet<>(List.of("video", "audio")),
                true,
                Synthetic.ORIGIN);
        return new Bench(folder, journal, pictures, settings);
    }

    /** Goes on with what lies in the folder. */
    static Bench again(Path folder, Map<String, String> settings) throws IOException {
        Manifest manifest = Repair.of(folder, Manifest.read(folder), "test-member");
        return new Bench(folder, new Journal(folder, "test-member", manifest), true, settings);
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    List<JsonObject> lines() throws IOException {
        return Files.readAllLines(file(EventLog.NAME)).stream()
                .map(JsonObject::new)
                .toList();
    }

    List<JsonObject> lines(String type) throws IOException {
        return lines().stream()
                .filter(line -> type.equals(line.getString("type")))
                .toList();
    }

    Bench finish() {
        engine.finish();
        ended = true;
        engine.close();
        disk.then(() -> Parts.closeFile(journal, engine.log().file(), false));
        disk.then(() -> {
            journal.ends(State.FINISHED, "");
            journal.manifest().writeTo(folder);
        });
        finishDisk();
        return this;
    }

    @Override
    public void close() {
        if (!ended) {
            engine.close();
            finishDisk();
        }
    }

    private void finishDisk() {
        try {
            disk.finish();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
