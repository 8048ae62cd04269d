package io.mediamesh.testkit;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.media.OpenCvPictureCodec;
import java.util.concurrent.atomic.AtomicInteger;

/** The real codec, with a count of its encodings. */
final class CountingCodec implements PictureCodec {
    private final PictureCodec real = new OpenCvPictureCodec();
    private final AtomicInteger encodings = new AtomicInteger();

    @Override
    public Jpeg encode(I420 picture, JpegForm form) {
        encodings.incrementAndGet();
        return real.encode(picture, form);
    }

    @Override
    public I420 decode(Bytes jpeg) {
        return real.decode(jpeg);
    }

    int encodings() {
        return encodings.get();
    }
}
