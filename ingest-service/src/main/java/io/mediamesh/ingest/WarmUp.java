package io.mediamesh.ingest;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.PictureCodec;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads what the first source and its first viewer would load. Where several members take over from each other, somebody is
 * waiting when that is needed; a process on its own starts with less without it.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int PICTURES = 3;

    private WarmUp() {}

    /** Begins, on a thread of its own. */
    static void begin(PictureCodec pictures) {
        Thread.ofPlatform().daemon().name("ingest-warm-up").start(() -> {
            try {
                AvLog.install();
                LOG.debug(
                        "libavformat {} and libavcodec {} loaded",
                        avformat.avformat_version(),
                        avcodec.avcodec_version());
                TestCard card = new TestCard(new TestParameters(320, 240, 30, 0, 1));
                for (int number = 0; number < PICTURES; number++) {
                    pictures.encode(card.draw(CaptureTime.now(), 0, number), JpegForm.ofQuality(80));
                }
            } catch (RuntimeException | LinkageError fault) {
                // Whoever needs it says what is missing.
                LOG.debug("nothing was loaded ahead: {}", fault.toString());
            }
        });
    }
}
