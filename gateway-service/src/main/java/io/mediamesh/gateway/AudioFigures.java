package io.mediamesh.gateway;

/** What was done with the messages of one type of analysis. On the gateway's event loop only. */
final class AudioFigures {
    private long sent;
    private long sentBefore;
    private long dropped;
    private long expired;
    private long thinned;
    private double rateHz;

    void sent() {
        sent++;
    }

    void dropped(long count) {
        dropped += count;
    }

    void expired(int count) {
        expired += count;
    }

    void thinned() {
        thinned++;
    }

    /** Messages written to consumers. */
    long sentTotal() {
        return sent;
    }

    /** Messages that consumers missed because their buffers were full or too slow. */
    long droppedTotal() {
        return dropped;
    }

    /** Those of the dropped ones that waited too long. */
    long expiredTotal() {
        return expired;
    }

    /** Messages left out for consumers that could not keep up. */
    long thinnedTotal() {
        return thinned;
    }

    /** Messages a second, as of the last second. */
    double rateHz() {
        return rateHz;
    }

    void roll(double seconds) {
        rateHz = (sent - sentBefore) / seconds;
        sentBefore = sent;
    }
}
