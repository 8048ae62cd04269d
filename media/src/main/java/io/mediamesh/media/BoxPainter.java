package io.mediamesh.media;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.Tracks;
import java.util.List;
import java.util.Optional;

/**
 * Draws boxes with their label and confidence into pictures, and outlines. It writes into the planes of a copy; every edge lies on
 * an even pixel, so that luma and chroma cover the same area and nothing outside of boxes and labels changes.
 * Thread-safe; takes well under a millisecond, so it belongs on a worker all the same.
 */
public final class BoxPainter {
    private static final int MAX_LABEL_CHARACTERS = 32;

    private final TextMask.Cache masks = new TextMask.Cache();

    /** Loads the native libraries, which takes about a second the first time. */
    public BoxPainter() {
        OpenCv.load();
    }

    /**
     * The picture with what was found in it, the most confident on top. Boxes are scaled where the picture has another
     * size than the one they were found in, and clipped at its edges.
     *
     * @return the same picture where there is nothing to draw
     */
    public I420 paint(I420 picture, Detections found) {
        return paint(picture, Optional.of(found), Optional.empty());
    }

    /**
     * The picture with what was found in it, and on top of that the objects that are followed: their boxes with their id,
     * and the outlines of those whose pixels are known. Lost ones are left out.
     *
     * @return the same picture where there is nothing to draw
     */
    public I420 paint(I420 picture, Optional<Detections> found, Optional<Tracks> followed) {
        List<Detection> objects = found.map(Detections::objects).orElse(List.of());
        List<Track> tracks = followed.map(Tracks::tracks).orElse(List.of()).stream()
                .filter(track -> track.state() == Track.State.TRACKED)
                .toList();
        if (objects.isEmpty() && tracks.isEmpty()) {
            return picture;
        }
        Sheet sheet = new Sheet(picture);
        found.ifPresent(detections -> {
            Scale scale = new Scale(sheet, detections.widthPx(), detections.heightPx());
            for (Detection object : objects.reversed()) {
                PlaneColour colour = PlaneColour.ofLabel(object.label(), sheet.range());
                paint(sheet, scale.of(object.x1(), object.y1(), object.x2(), object.y2()), label(object), colour);
            }
        });
        followed.ifPresent(all -> {
            Scale scale = new Scale(sheet, all.widthPx(), all.heightPx());
            for (Track track : tracks) {
                PlaneColour colour = PlaneColour.ofLabel("track " + track.id(), sheet.range());
                outline(sheet, scale, track.outline(), colour);
                paint(sheet, scale.of(track.x1(), track.y1(), track.x2(), track.y2()), label(track), colour);
            }
        });
        return sheet.picture();
    }

    private record Edges(double left, double top, double right, double bottom) {}

    /** From the frame in which something was found to the picture. */
    private record Scale(double x, double y) {
        Scale(Sheet sheet, int widthPx, int heightPx) {
            this((double) sheet.widthPx() / widthPx, (double) sheet.heightPx() / heightPx);
        }

        Edges of(double x1, double y1, double x2, double y2) {
            return new Edges(x1 * x, y1 * y, x2 * x, y2 * y);
        }
    }

    private static void outline(Sheet sheet, Scale scale, List<Track.Point> corners, PlaneColour colour) {
        for (int corner = 0; corner < corners.size(); corner++) {
            Track.Point from = corners.get(corner);
            Track.Point to = corners.get((corner + 1) % corners.size());
            sheet.line(from.x() * scale.x, from.y() * scale.y, to.x() * scale.x, to.y() * scale.y, colour);
        }
    }

    private void paint(Sheet sheet, Edges edges, String label, PlaneColour colour) {
        int left = sheet.evenDown(edges.left, sheet.widthPx());
        int top = sheet.evenDown(edges.top, sheet.heightPx());
        int right = sheet.evenUp(edges.right, sheet.widthPx());
        int bottom = sheet.evenUp(edges.bottom, sheet.heightPx());
        if (left >= right || top >= bottom) {
            return;
        }
        int line = sheet.lineWidthPx();
        sheet.fill(left, top, right, top + line, colour);
        sheet.fill(left, bottom - line, right, bottom, colour);
        sheet.fill(left, top, left + line, bottom, colour);
        sheet.fill(right - line, top, right, bottom, colour);

        TextMask text = masks.get(label, sheet.textScale());
        if (text.heightPx() > sheet.heightPx() / 3) {
            return;
        }
        int textLeft = Math.max(0, Math.min(left, (sheet.widthPx() - text.widthPx()) & ~1));
        int textTop = top >= text.heightPx() ? top - text.heightPx() : top;
        sheet.write(text, textLeft, textTop, colour);
    }

    private static String label(Track track) {
        return "#" + track.id()
                + track.found().map(said -> " " + shortened(said.label())).orElse("");
    }

    private static String label(Detection object) {
        return shortened(object.label()) + " " + Math.round(object.confidence() * 100) + "%";
    }

    private static String shortened(String name) {
        return name.length() <= MAX_LABEL_CHARACTERS ? name : name.substring(0, MAX_LABEL_CHARACTERS - 3) + "...";
    }
}
