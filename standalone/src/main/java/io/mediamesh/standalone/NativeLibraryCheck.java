package io.mediamesh.standalone;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.media.OpenCvPictureCodec;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;

/** Loads the native libraries as the services do, and puts them to work for a moment. */
record NativeLibraryCheck() implements Check {
    private static final int WIDTH_PX = 64;
    private static final int HEIGHT_PX = 48;
    private static final String REMEDY =
            "remove the folder in the system property org.bytedeco.javacpp.cachedir and try again; if that does not help,"
                    + " build again on this machine: the libraries are chosen for its system and processor";

    private static final String WEBRTC_REMEDY =
            "install libpulse0, libudev1, libx11-6, libxfixes3, libxrandr2, libxcomposite1 and libdbus-1-3 (Debian's"
                    + " names), which it links to";

    @Override
    public List<Finding> findings() {
        return List.of(
                trial("opencv", NativeLibraryCheck::pictureThereAndBack, REMEDY),
                trial("ffmpeg", NativeLibraryCheck::ffmpeg, REMEDY),
                trial("webrtc", NativeLibraryCheck::webrtc, WEBRTC_REMEDY));
    }

    @FunctionalInterface
    private interface Trial {
        String run() throws ReflectiveOperationException;
    }

    private static Finding trial(String library, Trial trial, String remedy) {
        long startNanos = System.nanoTime();
        try {
            String result = trial.run();
            return Finding.good(library, result + ", in " + (System.nanoTime() - startNanos) / 1_000_000 + " ms");
        } catch (ReflectiveOperationException | RuntimeException | LinkageError fault) {
            return Finding.bad(library, "does not load: " + fault, remedy);
        }
    }

    private static String pictureThereAndBack() {
        OpenCvPictureCodec codec = new OpenCvPictureCodec();
        byte[] planes = new byte[I420.sizeBytes(WIDTH_PX, HEIGHT_PX)];
        I420 picture = new I420(WIDTH_PX, HEIGHT_PX, I420.Range.FULL, Bytes.takeOver(planes));
        Jpeg jpeg = codec.encode(picture, JpegForm.ofQuality(80));
        I420 back = codec.decode(jpeg.bytes());
        if (back.widthPx() != WIDTH_PX || back.heightPx() != HEIGHT_PX) {
            throw new IllegalStateException("a picture came back with another size");
        }
        return "a picture went to JPEG and back";
    }

    /** By name, because FFmpeg's classes belong to ingest and the recorder. */
    private static String ffmpeg() throws ReflectiveOperationException {
        Loader.load(Class.forName("org.bytedeco.ffmpeg.global.avformat"));
        Object version = Class.forName("org.bytedeco.ffmpeg.global.avutil")
                .getMethod("av_version_info")
                .invoke(null);
        return "version " + (version instanceof BytePointer text ? text.getString() : version);
    }

    /** By name as well: the static initializer of the class loads the library. */
    private static String webrtc() throws ReflectiveOperationException {
        Class.forName("dev.onvoid.webrtc.PeerConnectionFactory");
        return "loads";
    }
}
