package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;

/**
 * A place in pictures of any size.
 *
 * @param x share of the width from the left edge, 0 to 1
 * @param y share of the height from the top edge, 0 to 1
 */
public record PicturePoint(double x, double y) {
    JsonArray toJson() {
        return JsonArray.of(x, y);
    }

    static PicturePoint ofJson(Object json, String field) {
        if (json instanceof JsonArray both
                && both.size() == 2
                && both.getValue(0) instanceof Number x
                && both.getValue(1) instanceof Number y
                && isShare(x.doubleValue())
                && isShare(y.doubleValue())) {
            return new PicturePoint(x.doubleValue(), y.doubleValue());
        }
        throw MeshException.invalid(
                field, field + " must be [x, y], each from 0 to 1: shares of the picture's width and height");
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
    }
}
