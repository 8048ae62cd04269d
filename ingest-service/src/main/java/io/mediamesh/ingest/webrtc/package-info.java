/** WebRTC peers: their sessions, what they send, and what is sent to them. libwebrtc's types stay in here. */
@NullMarked
package io.mediamesh.ingest.webrtc;

import org.jspecify.annotations.NullMarked;
