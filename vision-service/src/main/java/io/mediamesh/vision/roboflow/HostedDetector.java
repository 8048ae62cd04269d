package io.mediamesh.vision.roboflow;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.vision.Detector;
import io.mediamesh.vision.DetectorKind;
import java.util.List;

/** Has pictures looked at by a model on an {@link InferenceServer}, and remembers nothing. */
public final class HostedDetector implements Detector {
    // Models take 640 pixels, some 1280; more would only take longer to send.
    private static final JpegForm FORM = new JpegForm(85, 1280, 1280);

    private final String name;
    private final InferenceServer server;
    private final HostedModel model;
    private final PictureCodec pictures;

    /** A kind of detectors, which share the server. */
    public static DetectorKind kind(String name, InferenceServer server, HostedModel model, PictureCodec pictures) {
        return new DetectorKind(name, () -> new HostedDetector(name, server, model, pictures), server);
    }

    HostedDetector(String name, InferenceServer server, HostedModel model, PictureCodec pictures) {
        this.name = name;
        this.server = server;
        this.model = model;
        this.pictures = pictures;
    }

    @Override
    public String name() {
        return name;
    }

    /** As {@link InferenceServer#detect}: takes as long as a server far away. */
    @Override
    public List<Detection> detect(I420 picture) {
        Jpeg sent = pictures.encode(picture, FORM);
        return server.detect(
                model,
                sent,
                (double) picture.widthPx() / sent.widthPx(),
                (double) picture.heightPx() / sent.heightPx());
    }

    @Override
    public void close() {}
}
