package io.mediamesh.recorder;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avutil;

/** What libav's error numbers say. */
final class AvErrors {
    private static final int TEXT_BYTES = 128;

    private AvErrors() {}

    static String text(int error) {
        byte[] text = new byte[TEXT_BYTES];
        avutil.av_strerror(error, text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    /** Passes a result on. */
    static int checked(String what, int result) {
        if (result < 0) {
            throw new IllegalStateException(what + ": " + text(result));
        }
        return result;
    }
}
