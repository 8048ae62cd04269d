package io.mediamesh.ingest.webrtc;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What was lost of all peers.
 *
 * @param faults pictures that could not be taken
 * @param pictures pictures that gave way to newer ones
 * @param sounds blocks of sound that gave way to newer ones
 * @param messages messages that a data channel did not take
 */
record PeerCounters(Counter faults, Counter pictures, Counter sounds, Counter messages) {
    static PeerCounters of(MeterRegistry meters) {
        return new PeerCounters(
                Counter.builder("mediamesh.webrtc.faults")
                        .description("Pictures of WebRTC peers that could not be taken.")
                        .register(meters),
                dropped(meters, "picture"),
                dropped(meters, "sound"),
                dropped(meters, "message"));
    }

    private static Counter dropped(MeterRegistry meters, String what) {
        return Counter.builder("mediamesh.webrtc.dropped")
                .description("What of WebRTC peers gave way to something newer, or found no room.")
                .tag("what", what)
                .register(meters);
    }
}
