package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import io.mediamesh.vision.Detector;
import java.util.List;

/** Looks at the pictures of one stream with a model that it shares with others, and remembers nothing. */
final class OnnxDetector implements Detector {
    private final NamedModel model;

    OnnxDetector(NamedModel model) {
        this.model = model;
    }

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public List<Detection> detect(I420 picture) {
        return model.detect(picture);
    }

    @Override
    public void close() {}
}
