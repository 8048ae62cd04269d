package io.mediamesh.ingest.webrtc;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What libwebrtc calls runs through here, because an exception that leaves a callback aborts the whole process. */
final class NativeCallback {
    private static final Logger LOG = LoggerFactory.getLogger(NativeCallback.class);

    private NativeCallback() {}

    /** Runs the body and keeps its faults. */
    static void guard(String where, Runnable body) {
        try {
            body.run();
        } catch (RuntimeException | Error fault) {
            try {
                LOG.error("{}: a callback failed through a defect of ours; its session goes on", where, fault);
            } catch (RuntimeException | Error evenLogging) {
                // Nothing is left that could be done, and nothing may leave.
            }
        }
    }
}
