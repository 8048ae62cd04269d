package io.mediamesh.tracking.opencv;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.media.OpenCv;
import io.mediamesh.tracking.Tracker;
import io.mediamesh.tracking.TrackerKind;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_calib3d;
import org.bytedeco.opencv.global.opencv_video;

/** The tracker that needs no model file. */
public final class FeatureTrackerKind implements TrackerKind {
    /** Its name in the settings. */
    public static final String NAME = "features";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void load() {
        OpenCv.load();
        Loader.load(opencv_calib3d.class);
        Loader.load(opencv_video.class);
    }

    @Override
    public Tracker begin(I420 picture, List<Box> boxes) {
        load();
        return FeatureTracker.begin(picture, boxes);
    }

    @Override
    public Tracker resume(Bytes state) {
        load();
        return FeatureTracker.resume(state);
    }
}
