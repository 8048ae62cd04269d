package io.mediamesh.ingest;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the test source gives, from a URL such as {@code test:?size=640x480&fps=30&tone=440&channels=2}; every part is
 * optional.
 *
 * @param widthPx even, 64 to the largest side
 * @param heightPx even, 48 to the largest side
 * @param fps 1 to 120 frames per second
 * @param toneHz 20 to 20000; 0 for no sound at all
 * @param channels 1 or 2
 */
record TestParameters(int widthPx, int heightPx, int fps, int toneHz, int channels) {
    private static final Pattern URL = Pattern.compile("test:(?://)?(?:\\?(.*))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})[xX](\\d{1,5})");
    private static final int MIN_WIDTH_PX = 64;
    private static final int MIN_HEIGHT_PX = 48;

    static TestParameters parse(String url, int maxSidePx) {
        Matcher shape = URL.matcher(url);
        if (!shape.matches()) {
            throw wrong("a test source is written test: or test:?size=640x480&fps=30&tone=440&channels=2, not "
                    + Quoted.of(url));
        }
        TestParameters result = new TestParameters(640, 480, 30, 440, 1);
        String query = shape.group(1);
        if (query == null || query.isEmpty()) {
            return result;
        }
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            result = switch (name) {
                case "size" -> result.withSize(value, maxSidePx);
                case "fps" ->
                    new TestParameters(
                            result.widthPx,
                            result.heightPx,
                            number("fps", value, 1, 120),
                            result.toneHz,
                            result.channels);
                case "tone" ->
                    new TestParameters(result.widthPx, result.heightPx, result.fps, tone(value), result.channels);
                case "channels" ->
                    new TestParameters(
                            result.widthPx,
                            result.heightPx,
                            result.fps,
                            result.toneHz,
                            number("channels", value, 1, 2));
                default ->
                    throw wrong("a test source has no parameter " + Quoted.of(name)
                            + "; it knows size, fps, tone and channels");
            };
        }
        return result;
    }

    private TestParameters withSize(String value, int maxSidePx) {
        Matcher size = SIZE.matcher(value);
        if (size.matches()) {
            int width = Integer.parseInt(size.group(1));
            int height = Integer.parseInt(size.group(2));
            boolean inBounds =
                    width >= MIN_WIDTH_PX && height >= MIN_HEIGHT_PX && width <= maxSidePx && height <= maxSidePx;
            if (inBounds && width % 2 == 0 && height % 2 == 0) {
                return new TestParameters(width, height, fps, toneHz, channels);
            }
        }
        throw wrong("size must be two even numbers from " + MIN_WIDTH_PX + "x" + MIN_HEIGHT_PX + " to " + maxSidePx
                + "x" + maxSidePx + ", not " + Quoted.of(value));
    }

    private static int tone(String value) {
        return value.equals("0") ? 0 : number("tone", value, 20, 20_000);
    }

    private static int number(String name, String value, int min, int max) {
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // told below, together with the bounds
        }
        throw wrong(name + " must be a whole number from " + min + " to " + max + ", not " + Quoted.of(value));
    }

    private static MeshException wrong(String message) {
        return MeshException.invalid("source.url", message);
    }
}
