package io.mediamesh.contracts;

/** What an item carries. Everything here is immutable. */
public sealed interface Payload permits VideoFrame, AudioBlock, MediaPacket, BroadcastFrame, Event {}
