package io.mediamesh.contracts;

/**
 * Turns pictures into JPEG and back. Implementations are thread-safe and take milliseconds: call them on a bounded
 * executor, never on an event loop.
 */
public interface PictureCodec {
    /** For members that have nothing to do with pictures. */
    PictureCodec NONE = new PictureCodec() {
        @Override
        public Jpeg encode(I420 picture, JpegForm form) {
            throw new IllegalStateException("this member encodes no pictures");
        }

        @Override
        public I420 decode(Bytes jpeg) {
            throw new IllegalStateException("this member decodes no pictures");
        }
    };

    /** Encodes, scaling down where the form says so and expanding limited range to full. */
    Jpeg encode(I420 picture, JpegForm form);

    /**
     * Decodes to full range.
     *
     * @throws MeshException {@link FailureCode#INVALID} when the bytes are no JPEG, {@link FailureCode#TOO_LARGE} when
     *     the header announces a picture beyond the limits (checked before any memory is taken)
     */
    I420 decode(Bytes jpeg);
}
