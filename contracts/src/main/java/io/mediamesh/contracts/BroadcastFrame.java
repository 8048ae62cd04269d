package io.mediamesh.contracts;

/**
 * A picture of a broadcast as its viewers get it: the sender's text as it came, neither decoded nor written anew, and
 * what is known of it.
 *
 * @param picture what stood between the quotation marks of the sender's JSON, escapes and all, in UTF-8; usually base64
 * @param metadata a JSON object; {@code {}} where nothing is known
 */
public record BroadcastFrame(Bytes picture, Bytes metadata) implements Payload {}
