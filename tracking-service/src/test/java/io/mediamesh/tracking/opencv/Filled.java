package io.mediamesh.tracking.opencv;

import io.mediamesh.contracts.Track;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.image.BufferedImage;
import java.util.List;

/** The pixels of a polygon with those of its edge, as Java's own graphics fill it. */
final class Filled {
    private Filled() {}

    static boolean[] of(List<Track.Point> corners, int width, int height) {
        Polygon polygon = new Polygon();
        corners.forEach(corner -> polygon.addPoint(corner.x(), corner.y()));
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D paint = picture.createGraphics();
        paint.setColor(Color.WHITE);
        paint.fill(polygon);
        paint.draw(polygon);
        paint.dispose();
        boolean[] pixels = new boolean[width * height];
        for (int index = 0; index < pixels.length; index++) {
            pixels[index] = (picture.getRGB(index % width, index / width) & 0xff) != 0;
        }
        return pixels;
    }

    static int count(boolean[] pixels) {
        int count = 0;
        for (boolean pixel : pixels) {
            count += pixel ? 1 : 0;
        }
        return count;
    }
}
