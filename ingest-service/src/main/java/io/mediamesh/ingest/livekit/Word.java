package io.mediamesh.ingest.livekit;

import io.mediamesh.ingest.webrtc.ReceivingPeer;
import livekit.LivekitRtc;

/** What a room's thread is told, by the server, by libwebrtc and by those who watch. */
sealed interface Word {
    /** The number of the signalling connection or peer that it is about; word of an earlier one is late. */
    record NotOpened(int connection, Throwable failure) implements Word {}

    record Said(int connection, LivekitRtc.SignalResponse message) implements Word {}

    /** It broke, or said something that is no message. */
    record Closed(int connection, String reason, boolean isNonsense) implements Word {}

    record Candidate(int peer, String mid, int section, String candidate) implements Word {}

    record Transport(int peer, ReceivingPeer.Transport now) implements Word {}

    /** Something has changed that is looked at anyway. */
    record Look() implements Word {}
}
