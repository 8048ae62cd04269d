package io.mediamesh.ingest;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which camera of this machine and how its pictures are wanted, from a URL such as
 * {@code device:/dev/video0?size=1280x720&fps=30&format=mjpeg}. What is left out is as the camera has it; of a size or
 * rate that it does not have, it takes the nearest.
 *
 * @param path of the device file
 * @param options of libavdevice's v4l2 demuxer
 */
record DeviceParameters(String path, Map<String, String> options) {
    private static final Pattern PATH = Pattern.compile("/dev/[A-Za-z0-9][A-Za-z0-9._/-]*");
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{1,4})[xX]([1-9]\\d{1,4})");
    private static final Pattern FPS = Pattern.compile("[1-9]\\d{0,2}");
    /** As FFmpeg names them. */
    private static final List<String> FORMATS = List.of("mjpeg", "h264", "yuyv422", "uyvy422", "nv12", "yuv420p");

    /** Copies the options. */
    DeviceParameters {
        options = Map.copyOf(options);
    }

    static DeviceParameters parse(String url, int maxSidePx) {
        String rest = url.substring("device:".length()).replaceFirst("^//(?=/)", "");
        int question = rest.indexOf('?');
        String path = question < 0 ? rest : rest.substring(0, question);
        if (!PATH.matcher(path).matches() || path.contains("..")) {
            throw wrong("a device source is written device:/dev/video0, not device:" + Quoted.of(path));
        }
        Map<String, String> options = new LinkedHashMap<>();
        if (question >= 0) {
            for (String part : rest.substring(question + 1).split("&", -1)) {
                add(part, maxSidePx, options);
            }
        }
        return new DeviceParameters(path, options);
    }

    private static void add(String part, int maxSidePx, Map<String, String> options) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        switch (name) {
            case "size" -> options.put("video_size", size(value, maxSidePx));
            case "fps" -> options.put("framerate", fps(value));
            case "format" -> options.put("input_format", format(value));
            default ->
                throw wrong("a device source has no parameter " + Quoted.of(name)
                        + "; it knows size, fps and format, for example"
                        + " device:/dev/video0?size=1280x720&fps=30&format=mjpeg");
        }
    }

    private static String size(String value, int maxSidePx) {
        Matcher size = SIZE.matcher(value);
        if (!size.matches()
                || Integer.parseInt(size.group(1)) > maxSidePx
                || Integer.parseInt(size.group(2)) > maxSidePx) {
            throw wrong("size must be WIDTHxHEIGHT, both from 10 to " + maxSidePx + ", not " + Quoted.of(value));
        }
        return size.group(1) + "x" + size.group(2);
    }

    private static String fps(String value) {
        if (!FPS.matcher(value).matches() || Integer.parseInt(value) > 240) {
            throw wrong("fps must be a whole number from 1 to 240, not " + Quoted.of(value));
        }
        return value;
    }

    private static String format(String value) {
        if (!FORMATS.contains(value)) {
            throw wrong("format must be one of " + String.join(", ", FORMATS) + ", not " + Quoted.of(value));
        }
        return value;
    }

    private static MeshException wrong(String message) {
        return MeshException.invalid("source.url", message);
    }
}
