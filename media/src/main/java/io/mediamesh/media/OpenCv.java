package io.mediamesh.media;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;

/**
 * The native OpenCV libraries of this process. They are unpacked into the directory that the system property
 * {@code org.bytedeco.javacpp.cachedir} names, once per machine.
 */
public final class OpenCv {
    private OpenCv() {}

    /**
     * Loads them and confines OpenCV to the calling thread: parallelism comes from the mesh's own bounded pools. Takes
     * about a second the first time in a process and nothing afterwards, from any thread.
     *
     * @throws UnsatisfiedLinkError when the libraries for this platform are not on the class path
     */
    public static void load() {
        if (!Loaded.DONE) {
            throw new IllegalStateException("OpenCV is not loaded");
        }
    }

    /** Class initialisation makes sure that it happens once, and that everybody waits for it. */
    private static final class Loaded {
        private static final boolean DONE = loadOnce();

        private static boolean loadOnce() {
            Loader.load(opencv_core.class);
            Loader.load(opencv_imgproc.class);
            Loader.load(opencv_imgcodecs.class);
            opencv_core.setNumThreads(1);
            return true;
        }
    }
}
