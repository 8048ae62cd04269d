package io.mediamesh.contracts;

/**
 * One thing that travels on a topic. Immutable; in one JVM the same object reaches every subscriber.
 *
 * @param topic what it belongs to
 * @param stamp its place and time
 * @param payload the data
 */
public record Item(Topic topic, Stamp stamp, Payload payload) {}
