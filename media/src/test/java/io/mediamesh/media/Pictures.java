package io.mediamesh.media;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures of the tests, and the JDK's own JPEG reader and writer as the independent judge. */
final class Pictures {
    private Pictures() {}

    static I420 uniform(int widthPx, int heightPx, I420.Range range, int y, int u, int v) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        int luma = widthPx * heightPx;
        int chroma = (planes.length - luma) / 2;
        Arrays.fill(planes, 0, luma, (byte) y);
        Arrays.fill(planes, luma, luma + chroma, (byte) u);
        Arrays.fill(planes, luma + chroma, planes.length, (byte) v);
        return new I420(widthPx, heightPx, range, Bytes.takeOver(planes));
    }

    /** Luma rises from left to right, chroma from top to bottom, so that swapped or shifted planes show. */
    static I420 gradient(int widthPx, int heightPx) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        for (int row = 0; row < heightPx; row++) {
            for (int column = 0; column < widthPx; column++) {
                planes[row * widthPx + column] = (byte) (60 + 120 * column / widthPx);
            }
        }
        int chromaWidth = (widthPx + 1) / 2;
        int chromaHeight = (heightPx + 1) / 2;
        int u = widthPx * heightPx;
        int v = u + chromaWidth * chromaHeight;
        for (int row = 0; row < chromaHeight; row++) {
            for (int column = 0; column < chromaWidth; column++) {
                planes[u + row * chromaWidth + column] = (byte) (100 + 50 * row / chromaHeight);
                planes[v + row * chromaWidth + column] = (byte) (150 - 50 * row / chromaHeight);
            }
        }
        return new I420(widthPx, heightPx, I420.Range.FULL, Bytes.takeOver(planes));
    }

    static I420 noise(int widthPx, int heightPx, long seed) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        new Random(seed).nextBytes(planes);
        return new I420(widthPx, heightPx, I420.Range.LIMITED, Bytes.takeOver(planes));
    }

    static BufferedImage readByJdk(Jpeg jpeg) {
        try {
            BufferedImage image =
                    ImageIO.read(new ByteArrayInputStream(jpeg.bytes().toArray()));
            if (image == null) {
                throw new IllegalArgumentException("the JDK does not take it for a picture");
            }
            return image;
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    static Bytes writtenByJdk(BufferedImage image) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpg", file);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Bytes.takeOver(file.toByteArray());
    }

    static BufferedImage uniformRgb(int widthPx, int heightPx, int rgb) {
        BufferedImage image = new BufferedImage(widthPx, heightPx, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < heightPx; row++) {
            for (int column = 0; column < widthPx; column++) {
                image.setRGB(column, row, rgb);
            }
        }
        return image;
    }

    static int luma(I420 picture, int x, int y) {
        return picture.planes().unsignedAt(y * picture.widthPx() + x);
    }

    /** The U sample that covers a pixel. */
    static int blue(I420 picture, int x, int y) {
        int offset = picture.widthPx() * picture.heightPx();
        return picture.planes().unsignedAt(offset + y / 2 * picture.chromaWidthPx() + x / 2);
    }

    /** The V sample that covers a pixel. */
    static int red(I420 picture, int x, int y) {
        int offset = picture.widthPx() * picture.heightPx() + picture.chromaWidthPx() * picture.chromaHeightPx();
        return picture.planes().unsignedAt(offset + y / 2 * picture.chromaWidthPx() + x / 2);
    }
}
