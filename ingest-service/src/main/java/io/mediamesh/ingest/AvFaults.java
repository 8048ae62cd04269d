package io.mediamesh.ingest;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avutil;

/** What libav's error numbers mean for files and servers. */
final class AvFaults implements ErrorMeaning {
    static final AvFaults INSTANCE = new AvFaults();

    private static final int TEXT_BYTES = 128;
    private static final int INVALID_ARGUMENT = -22;

    private AvFaults() {}

    @Override
    public SourceFault whenOpening(int error) {
        if (error == avutil.AVERROR_INVALIDDATA() || error == INVALID_ARGUMENT) {
            return SourceFault.giveUp("it is neither video nor audio in a format that can be read");
        }
        if (error == avutil.AVERROR_HTTP_UNAUTHORIZED() || error == avutil.AVERROR_HTTP_FORBIDDEN()) {
            return SourceFault.giveUp("the server refuses the user name or password");
        }
        if (error == avutil.AVERROR_PROTOCOL_NOT_FOUND()
                || error == avutil.AVERROR_DEMUXER_NOT_FOUND()
                || error == avutil.AVERROR_STREAM_NOT_FOUND()
                || error == avutil.AVERROR_PATCHWELCOME()) {
            return SourceFault.giveUp("can't be opened: " + text(error));
        }
        if (error == avutil.AVERROR_HTTP_NOT_FOUND()) {
            return SourceFault.retry("the server does not have it (404)");
        }
        return SourceFault.retry("can't be opened: " + text(error));
    }

    @Override
    public SourceFault whenReading(int error) {
        return SourceFault.retry("reading failed: " + text(error));
    }

    static String text(int error) {
        byte[] text = new byte[TEXT_BYTES];
        avutil.av_strerror(error, text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }
}
