package io.mediamesh.ingest.webrtc;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What was lost of all peers.
 *
 * @param faults pictures that could not be taken
 * @param messages messages that a data channel did not take
 */
record PeerCounters(Counter faults, Counter messages) {
    static PeerCounters of(MeterRegistry meters) {
        return new PeerCounters(
                Counter.builder("mediamesh.webrtc.faults")
                        .description("Pictures of WebRTC peers that could not be taken.")
                        .register(meters),
                Counter.builder("mediamesh.webrtc.dropped")
                        .description("Messages that a data channel of a WebRTC peer did not take.")
                        .tag("what", "message")
                        .register(meters));
    }
}
