package io.mediamesh.bench;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** JPEGs of 640×480 in which a textured square of 100×100 goes to and fro over textured ground. */
final class MovingSquare {
    static final int SIDE_PX = 100;
    static final int LEFT_PX = 150;
    static final int TOP_PX = 180;
    private static final int WIDTH_PX = 640;
    private static final int HEIGHT_PX = 480;
    private static final int STEP_PX = 4;

    private MovingSquare() {}

    /** So many pictures; behind the last one the first one may follow. */
    static List<byte[]> jpegs(int count) throws IOException {
        BufferedImage ground = dots(WIDTH_PX, HEIGHT_PX, new Random(4), 0.35f);
        BufferedImage square = dots(SIDE_PX, SIDE_PX, new Random(11), 0.02f);
        List<byte[]> files = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            int steps = index <= count / 2 ? index : count - index;
            BufferedImage picture = new BufferedImage(WIDTH_PX, HEIGHT_PX, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = picture.createGraphics();
            graphics.drawImage(ground, 0, 0, null);
            graphics.drawImage(square, LEFT_PX + STEP_PX * steps, TOP_PX + STEP_PX * steps / 2, null);
            graphics.dispose();
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(picture, "jpg", file);
            files.add(file.toByteArray());
        }
        return files;
    }

    private static BufferedImage dots(int widthPx, int heightPx, Random random, float hue) {
        BufferedImage image = new BufferedImage(widthPx, heightPx, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        for (int dot = 0; dot < widthPx * heightPx / 60; dot++) {
            graphics.setColor(
                    Color.getHSBColor(hue + 0.2f * random.nextFloat(), 0.7f, 0.25f + 0.75f * random.nextFloat()));
            int sizePx = 4 + random.nextInt(14);
            graphics.fillRect(
                    random.nextInt(widthPx) - sizePx / 2, random.nextInt(heightPx) - sizePx / 2, sizePx, sizePx);
        }
        graphics.dispose();
        return image;
    }
}
