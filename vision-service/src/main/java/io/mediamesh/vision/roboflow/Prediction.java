package io.mediamesh.vision.roboflow;

import io.mediamesh.contracts.Detection;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What an inference server found in a picture, in the pixels of that picture. */
final class Prediction {
    private static final int MOST = 1000;

    private Prediction() {}

    /**
     * Reads an answer, in which boxes are centres and sizes.
     *
     * @param scaleX from pixels of the picture that was sent to those of the frame
     * @param scaleY likewise
     * @throws DecodeException where it is not such an answer
     */
    static List<Detection> read(JsonObject answer, double scaleX, double scaleY) {
        if (!(answer.getValue("predictions") instanceof JsonArray predictions) || predictions.size() > MOST) {
            throw new DecodeException("no predictions of objects");
        }
        List<Detection> found = new ArrayList<>(predictions.size());
        for (Object each : predictions) {
            if (!(each instanceof JsonObject one) || !(one.getValue("class") instanceof String label)) {
                throw new DecodeException("no class");
            }
            double x = number(one, "x");
            double y = number(one, "y");
            double halfWidth = number(one, "width") / 2;
            double halfHeight = number(one, "height") / 2;
            found.add(new Detection(
                    label,
                    Math.clamp(number(one, "confidence"), 0, 1),
                    (x - halfWidth) * scaleX,
                    (y - halfHeight) * scaleY,
                    (x + halfWidth) * scaleX,
                    (y + halfHeight) * scaleY));
        }
        return found;
    }

    private static double number(JsonObject one, String field) {
        if (one.getValue(field) instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw new DecodeException("no " + field);
    }
}
