package io.mediamesh.recorder;

import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes libav's own log to the debug level, where nobody has taken it already: it is one for the process. */
final class AvLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.mediamesh.recorder.libav");

    // libav keeps the function's address, so the object must live as long as the process.
    private static final LogCallback CALLBACK = new LogCallback() {
        @Override
        public void call(int level, BytePointer message) {
            try {
                if (LOG.isDebugEnabled() && message != null) {
                    LOG.debug("{}", message.getString().strip());
                }
            } catch (RuntimeException | Error mustNotReachNativeCode) {
                // There is nobody to tell: this is the log itself.
            }
        }
    };

    private AvLog() {}

    /** Safe to call any number of times. */
    static void install() {
        // At its own default nobody has touched it.
        if (avutil.av_log_get_level() == avutil.AV_LOG_INFO) {
            avutil.av_log_set_level(LOG.isDebugEnabled() ? avutil.AV_LOG_WARNING : avutil.AV_LOG_QUIET);
            avutil.setLogCallback(CALLBACK);
        }
    }
}
