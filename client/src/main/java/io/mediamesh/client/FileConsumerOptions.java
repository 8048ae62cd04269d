package io.mediamesh.client;

import java.time.Duration;

/**
 * How a {@link FileConsumer} writes.
 *
 * @param maxFileMegabytes a file that would grow beyond is set aside, 1 to 1,000,000 MB of 1,000,000 bytes
 * @param maxFiles how many there are at most, the one that is written included; the oldest is deleted
 * @param flushEvery how long lines wait before they are written; nothing for not at all
 */
public record FileConsumerOptions(int maxFileMegabytes, int maxFiles, Duration flushEvery) {
    /** 100 MB, ten files, a second. */
    public static final FileConsumerOptions DEFAULT = new FileConsumerOptions(100, 10, Duration.ofSeconds(1));

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the one that can't be right
     */
    public FileConsumerOptions {
        if (maxFileMegabytes < 1 || maxFileMegabytes > 1_000_000) {
            throw new IllegalArgumentException(
                    "maxFileMegabytes must be between 1 and 1000000, not " + maxFileMegabytes);
        }
        if (maxFiles < 1 || maxFiles > 10_000) {
            throw new IllegalArgumentException("maxFiles must be between 1 and 10000, not " + maxFiles);
        }
        if (flushEvery.isNegative()) {
            throw new IllegalArgumentException("flushEvery must not be negative, but is " + flushEvery);
        }
    }
}
