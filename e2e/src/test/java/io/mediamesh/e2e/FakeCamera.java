package io.mediamesh.e2e;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.TexturePaint;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * The film that a browser takes for its camera: a red thing with a texture goes round over a grey ground with another one,
 * behind a wall once each round. It begins at the left and goes up, away from the wall. Whatever is red belongs to the thing.
 */
final class FakeCamera {
    static final int WIDTH = 640;
    static final int HEIGHT = 480;
    /** Of Motion JPEG files Chromium shows so many pictures a second, again and again. */
    private static final int PER_SECOND = 30;
    /** Each picture is there twice, as of a camera with half that rate. */
    private static final int TIMES = 2;

    private static final int SECONDS = 12;
    private static final int THING_WIDTH = 120;
    private static final int THING_HEIGHT = 96;
    /** The thing is an ellipse. */
    static final double THING_PIXELS = Math.PI * THING_WIDTH * THING_HEIGHT / 4;

    private static final Rectangle WALL = new Rectangle(210, 250, 220, 200);

    private FakeCamera() {}

    /** Writes the film; returns its file. */
    static Path write(Path folder) {
        BufferedImage ground = texture(WIDTH, HEIGHT, 16, 11, new Color(150, 155, 160));
        BufferedImage thing = texture(THING_WIDTH, THING_HEIGHT, 9, 12, new Color(225, 70, 60));
        BufferedImage wall = texture(WALL.width, WALL.height, 12, 13, new Color(60, 95, 150));
        Path file = folder.resolve("camera.mjpeg");
        try (OutputStream film = new BufferedOutputStream(Files.newOutputStream(file))) {
            int pictures = PER_SECOND * SECONDS / TIMES;
            for (int number = 0; number < pictures; number++) {
                byte[] picture = picture(Math.PI + 2 * Math.PI * number / pictures, ground, thing, wall);
                for (int time = 0; time < TIMES; time++) {
                    film.write(picture);
                }
            }
        } catch (IOException unwritable) {
            throw new AssertionError(unwritable);
        }
        return file;
    }

    private static byte[] picture(double angle, BufferedImage ground, BufferedImage thing, BufferedImage wall)
            throws IOException {
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D paint = picture.createGraphics();
        paint.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        paint.drawImage(ground, 0, 0, null);
        Ellipse2D place = new Ellipse2D.Double(
                320 + 200 * Math.cos(angle) - THING_WIDTH / 2.0,
                230 + 110 * Math.sin(angle) - THING_HEIGHT / 2.0,
                THING_WIDTH,
                THING_HEIGHT);
        paint.setPaint(new TexturePaint(thing, place.getBounds2D()));
        paint.fill(place);
        paint.drawImage(wall, WALL.x, WALL.y, null);
        paint.dispose();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(picture, "jpeg", jpeg);
        return jpeg.toByteArray();
    }

    /** Blocks of that colour, each lighter or darker, the same every time. */
    private static BufferedImage texture(int width, int height, int blockPx, long seed, Color colour) {
        Random random = new Random(seed);
        int columns = (width + blockPx - 1) / blockPx;
        int rows = (height + blockPx - 1) / blockPx;
        BufferedImage blocks = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                double light = 0.55 + 0.55 * random.nextDouble();
                blocks.setRGB(
                        x,
                        y,
                        new Color(
                                        (int) Math.min(255, colour.getRed() * light),
                                        (int) Math.min(255, colour.getGreen() * light),
                                        (int) Math.min(255, colour.getBlue() * light))
                                .getRGB());
            }
        }
        BufferedImage texture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D paint = texture.createGraphics();
        paint.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        paint.drawImage(blocks, 0, 0, width, height, null);
        paint.dispose();
        return texture;
    }
}
