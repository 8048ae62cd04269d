package io.mediamesh.client;

/**
 * How a type of analysis does at a client, since the first of its present consumers came.
 *
 * @param activeConsumers of the type
 * @param received results that came
 * @param dropped results that the server left out because this client did not keep up
 * @param dataRateHz results a second, over the last five seconds
 */
public record AudioTypeStatistics(int activeConsumers, long received, long dropped, double dataRateHz) {}
