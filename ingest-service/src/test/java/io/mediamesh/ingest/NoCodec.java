package io.mediamesh.ingest;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.PictureCodec;

/** For tests in which frames have pixels and nobody wants JPEG. */
public enum NoCodec implements PictureCodec {
    INSTANCE;

    @Override
    public Jpeg encode(I420 picture, JpegForm form) {
        throw new IllegalStateException("nobody wants JPEG here");
    }

    @Override
    public I420 decode(Bytes jpeg) {
        throw new IllegalStateException("there are no JPEGs here");
    }
}
