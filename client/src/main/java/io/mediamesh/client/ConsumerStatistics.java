package io.mediamesh.client;

/**
 * How a consumer does, since it was made.
 *
 * @param received results that came
 * @param handled of them, what was called back for, taken or written
 * @param failed of them, where that failed
 * @param late calls that took longer than allowed
 * @param dropped results left out because the consumer did not keep up
 * @param waiting results that wait now
 */
public record ConsumerStatistics(long received, long handled, long failed, long late, long dropped, int waiting) {}
