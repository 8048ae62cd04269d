package io.mediamesh.ingest.webrtc;

import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.vertx.core.Future;
import java.util.Optional;

/** What a watcher is shown and played; nothing flows yet. */
record WatchedTopics(Subscription video, Optional<Subscription> audio) {
    private static final int AUDIO_BUFFER = 10;

    /**
     * Subscribes to a topic of pictures, and to the sound of its stream where that is wanted and there is any.
     *
     * @param maxRateHz pictures a second, at most
     */
    static Future<WatchedTopics> subscribe(Mesh mesh, Topic pictures, boolean withSound, double maxRateHz) {
        SubscribeOptions options = SubscribeOptions.latest("WHEP watcher of " + pictures);
        return mesh.subscribe(pictures, options.withMaxRateHz(maxRateHz)).compose(video -> {
            video.pause();
            if (!withSound) {
                return Future.succeededFuture(new WatchedTopics(video, Optional.empty()));
            }
            return mesh.subscribe(pictures.sibling(Topic.AUDIO), options.withPolicy(Policy.buffer(AUDIO_BUFFER)))
                    .map(audio -> {
                        audio.pause();
                        return new WatchedTopics(video, Optional.of(audio));
                    })
                    .otherwise(silent -> new WatchedTopics(video, Optional.empty()));
        });
    }

    void close() {
        video.close();
        audio.ifPresent(Subscription::close);
    }
}
