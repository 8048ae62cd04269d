package io.mediamesh.ingest;

import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes libav's own log: nothing reaches the console, warnings go to the debug level, and URLs lose their secrets. */
final class AvLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.mediamesh.ingest.libav");
    private static final Pattern USER_INFO = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#\\s]*@");
    private static final Pattern QUERY = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*://[^?\\s]*\\?)\\S*");

    // libav keeps the function's address, so the object must live as long as the process.
    private static final LogCallback CALLBACK = new LogCallback() {
        @Override
        public void call(int level, BytePointer message) {
            try {
                if (LOG.isDebugEnabled() && message != null) {
                    LOG.debug("{}", masked(message.getString()).strip());
                }
            } catch (RuntimeException | Error mustNotReachNativeCode) {
                // There is nobody to tell: this is the log itself.
            }
        }
    };

    private AvLog() {}

    /** Safe to call any number of times. */
    static void install() {
        avutil.av_log_set_level(LOG.isDebugEnabled() ? avutil.AV_LOG_WARNING : avutil.AV_LOG_QUIET);
        avutil.setLogCallback(CALLBACK);
    }

    static String masked(String line) {
        return QUERY.matcher(USER_INFO.matcher(line).replaceAll("$1***@")).replaceAll("$1***");
    }
}
