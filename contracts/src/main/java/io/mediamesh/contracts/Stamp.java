package io.mediamesh.contracts;

/**
 * Where an item stands in its topic and what it was made from.
 *
 * @param epoch grows whenever the producer of the topic changes or reopens its source
 * @param sequence 0, 1, 2, … within the epoch
 * @param capture when the source item was captured; derived items keep it
 * @param originEpoch epoch of the source item; equals {@code epoch} for a source item
 * @param originSequence sequence of the source item; equals {@code sequence} for a source item
 */
public record Stamp(long epoch, long sequence, CaptureTime capture, long originEpoch, long originSequence) {
    /** The stamp of an item that comes from a source. */
    public static Stamp ofSource(long epoch, long sequence, CaptureTime capture) {
        return new Stamp(epoch, sequence, capture, epoch, sequence);
    }

    /** The stamp of an item derived from one with the stamp {@code origin}. */
    public static Stamp derived(long epoch, long sequence, Stamp origin) {
        return new Stamp(epoch, sequence, origin.capture, origin.originEpoch, origin.originSequence);
    }

    /** Whether both were made from the same source item, so that boxes belong to this picture. */
    public boolean sameOrigin(Stamp other) {
        return originEpoch == other.originEpoch && originSequence == other.originSequence;
    }
}
