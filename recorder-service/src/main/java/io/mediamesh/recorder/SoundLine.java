package io.mediamesh.recorder;

/** Sound on its way into the parts of a recording. Belongs to one thread. */
sealed interface SoundLine permits SoundTrack, KeptSound {
    /** Where it goes. */
    interface Sink {
        /** Interleaved samples whose first has this index. */
        void samples(long index, short[] interleaved, int from, int frames);

        void coded(CodedSound sound);
    }

    /** A part begins that it goes on in. */
    void addTo(PartWriter part);

    /** Whether everything that lies before a part has been given out. */
    boolean reaches(PartWriter part);

    /** Silence up to this moment, if it is not far and silence can be made. */
    void padTo(long ticks);

    /** Gives out what is still held; nothing may follow. Returns where it ends, in media time. */
    long finish();
}
