package io.mediamesh.standalone;

import io.mediamesh.audio.AudioService;
import io.mediamesh.gateway.GatewayService;
import io.mediamesh.ingest.IngestService;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.recorder.RecorderService;
import io.mediamesh.tracking.TrackingService;
import io.mediamesh.vision.VisionService;
import java.util.ArrayList;
import java.util.List;

/** What the one process is made of. */
record Composition(
        IngestService ingest,
        VisionService vision,
        TrackingService tracking,
        AudioService audio,
        RecorderService recorder,
        GatewayService gateway) {
    /** New services, not started. */
    static Composition create() {
        return new Composition(
                new IngestService(),
                new VisionService(),
                new TrackingService(),
                new AudioService(),
                new RecorderService(),
                new GatewayService());
    }

    /** In the order in which they start: the gateway opens its doors when the others are ready. */
    List<Service> services() {
        return List.of(ingest, vision, tracking, audio, recorder, gateway);
    }

    /** Every setting of the process, each key once. */
    List<Setting<?>> settings() {
        List<Setting<?>> all = new ArrayList<>();
        for (Setting<?> setting : Node.settingsOf(services())) {
            if (all.stream().noneMatch(known -> known.key().equals(setting.key()))) {
                all.add(setting);
            }
        }
        return List.copyOf(all);
    }
}
