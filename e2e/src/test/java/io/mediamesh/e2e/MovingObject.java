package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Pictures of 640×480 in which a textured square moves over textured ground, and where it is in each. */
final class MovingObject {
    static final int WIDTH = 640;
    static final int HEIGHT = 480;
    static final int SIDE = 100;
    private static final int STEP_X = 4;
    private static final int STEP_Y = 2;
    /** Of the box that is told and the one that the square has; a mask may miss its rim. */
    private static final double LEAST_OVERLAP = 0.7;

    private static final BufferedImage GROUND = blots(WIDTH, HEIGHT, new Random(4), 0.35f, 0.6f);
    private static final BufferedImage OBJECT = blots(SIDE, SIDE, new Random(11), 0.02f, 0.12f);

    private MovingObject() {}

    /** Overlapping dots of many sizes, which have corners to be followed everywhere. */
    static BufferedImage blots(int width, int height, Random random, float fromHue, float toHue) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        for (int blot = 0; blot < width * height / 60; blot++) {
            float hue = fromHue + (toHue - fromHue) * random.nextFloat();
            graphics.setColor(Color.getHSBColor(hue, 0.7f, 0.25f + 0.75f * random.nextFloat()));
            int size = 4 + random.nextInt(14);
            graphics.fillRect(random.nextInt(width) - size / 2, random.nextInt(height) - size / 2, size, size);
        }
        graphics.dispose();
        return image;
    }

    static int left(int index) {
        return 100 + STEP_X * index;
    }

    static int top(int index) {
        return 150 + STEP_Y * index;
    }

    static BufferedImage picture(int index) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.drawImage(GROUND, 0, 0, null);
        graphics.drawImage(OBJECT, left(index), top(index), null);
        graphics.dispose();
        return image;
    }

    /** A file of the picture: {@code jpg} or {@code png}. */
    static byte[] file(BufferedImage picture, String format) {
        try (ByteArrayOutputStream file = new ByteArrayOutputStream()) {
            if (!ImageIO.write(picture, format, file)) {
                throw new AssertionError("no " + format);
            }
            return file.toByteArray();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static byte[] jpeg(int index) {
        return file(picture(index), "jpg");
    }

    static String base64(int index) {
        return Base64.getEncoder().encodeToString(jpeg(index));
    }

    /** The picture at half its size. */
    static byte[] halved(int index) {
        BufferedImage half = new BufferedImage(WIDTH / 2, HEIGHT / 2, BufferedImage.TYPE_INT_RGB);
        half.createGraphics()
                .drawImage(
                        picture(index).getScaledInstance(half.getWidth(), half.getHeight(), Image.SCALE_AREA_AVERAGING),
                        0,
                        0,
                        null);
        return file(half, "jpg");
    }

    /** The beginning of a file. */
    static byte[] truncated() {
        byte[] whole = jpeg(0);
        return Arrays.copyOf(whole, whole.length / 3);
    }

    /** A picture whose frame header (ITU-T T.81, B.2.2) says 65535×65535. */
    static byte[] huge() {
        byte[] file = jpeg(0);
        int at = IntStream.range(2, file.length - 9)
                .filter(index -> (file[index] & 0xff) == 0xff && (file[index + 1] & 0xff) == 0xc0)
                .findFirst()
                .orElseThrow();
        Arrays.fill(file, at + 5, at + 9, (byte) 0xff);
        return file;
    }

    /**
     * The only region that is told is where the object is in this picture.
     *
     * @param scale of the picture that was sent
     */
    static void assertFound(JsonObject frameData, int picture, double scale) {
        assertThat(frameData.getInteger("masks_detected"))
                .as(frameData.encode())
                .isEqualTo(1);
        JsonObject region = frameData.getJsonArray("regions").getJsonObject(0);
        assertThat(region.getInteger("mask_index")).isZero();
        JsonObject box = region.getJsonObject("bounding_box");
        double[] truth = {
            left(picture) * scale, top(picture) * scale, (left(picture) + SIDE) * scale, (top(picture) + SIDE) * scale
        };
        double[] told = {
            box.getInteger("x_min"), box.getInteger("y_min"), box.getInteger("x_max"), box.getInteger("y_max")
        };
        double shared = Math.max(0, Math.min(told[2], truth[2]) - Math.max(told[0], truth[0]))
                * Math.max(0, Math.min(told[3], truth[3]) - Math.max(told[1], truth[1]));
        double all = area(told) + area(truth) - shared;
        assertThat(shared / all).as("overlap of %s in picture %d", box, picture).isGreaterThan(LEAST_OVERLAP);
        assertThat(box.getInteger("width")).isEqualTo(box.getInteger("x_max") - box.getInteger("x_min"));
        assertThat(box.getInteger("height")).isEqualTo(box.getInteger("y_max") - box.getInteger("y_min"));
        assertThat(region.getInteger("area_pixels")).isLessThanOrEqualTo((int) area(told));
        assertThat(region.getJsonObject("centroid").getDouble("x")).isBetween(told[0], told[2]);
        assertThat(region.getJsonArray("outline")).hasSizeBetween(3, 64).allSatisfy(corner -> assertThat(
                        (double) ((JsonArray) corner).getInteger(0))
                .isBetween(told[0], told[2]));
    }

    private static double area(double[] box) {
        return (box[2] - box[0]) * (box[3] - box[1]);
    }
}
