package io.mediamesh.standalone;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.media.OpenCvPictureCodec;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A codec that is there before its native library is: the library loads on a thread of its own while the rest of the
 * product starts, and whoever has a picture before that waits. Only for the threads that codecs are used on, which may
 * block.
 */
final class EarlyPictureCodec implements PictureCodec {
    private final FutureTask<PictureCodec> loading = new FutureTask<>(OpenCvPictureCodec::new);

    EarlyPictureCodec() {
        Thread.ofPlatform().name("opencv-loader").daemon().start(loading);
    }

    /**
     * Waits until the library is there.
     *
     * @throws MeshException {@link FailureCode#FATAL} when it can't be loaded
     */
    PictureCodec loaded() {
        try {
            return loading.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CompletionException(interrupted);
        } catch (ExecutionException failed) {
            throw new MeshException(
                    FailureCode.FATAL,
                    "the native library OpenCV can't be loaded: " + failed.getCause()
                            + "; ./mediamesh doctor says more",
                    failed);
        }
    }

    @Override
    public Jpeg encode(I420 picture, JpegForm form) {
        return loaded().encode(picture, form);
    }

    @Override
    public I420 decode(Bytes jpeg) {
        return loaded().decode(jpeg);
    }
}
