package io.mediamesh.ingest;

/** What the error numbers of libavformat mean for a source: each kind of source has its own reasons to fail. */
interface ErrorMeaning {
    /** The fault for an error while opening. */
    SourceFault whenOpening(int error);

    /** The fault for an error while reading. */
    SourceFault whenReading(int error);
}
