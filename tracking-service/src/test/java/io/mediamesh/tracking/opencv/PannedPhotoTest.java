package io.mediamesh.tracking.opencv;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.media.OpenCvPictureCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Real things: a video made by moving and zooming over a photograph. Where the object of the first frame has gone is known
 * by arithmetic.
 */
final class PannedPhotoTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final int FRAMES = 50;

    /** Which part of the photograph a frame shows: what is in its middle, and how many pixels there are for one. */
    private record View(double x, double y, double zoom) {
        static View of(int frame) {
            double turn = 2 * Math.PI * frame / FRAMES;
            return new View(230 + 50 * Math.sin(turn), 140 + 25 * Math.sin(2 * turn), 1.2 - 0.3 * Math.cos(turn));
        }

        double photoX(double x) {
            return this.x + (x - WIDTH / 2.0) / zoom;
        }

        double photoY(double y) {
            return this.y + (y - HEIGHT / 2.0) / zoom;
        }

        double frameX(double photoX) {
            return (photoX - x) * zoom + WIDTH / 2.0;
        }

        double frameY(double photoY) {
            return (photoY - y) * zoom + HEIGHT / 2.0;
        }
    }

    @Test
    void aFaceIsFollowedWhileTheCameraMovesAndZooms() {
        I420 photo = photo("astronaut.jpg");
        View start = View.of(0);
        Box face = new Box(start.frameX(170), start.frameY(65), start.frameX(275), start.frameY(190));
        double sum = 0;
        try (FeatureTracker tracker = FeatureTracker.begin(frame(photo, start), List.of(face))) {
            boolean[] first = mask(tracker);
            for (int frame = 1; frame < FRAMES; frame++) {
                tracker.track(frame(photo, View.of(frame)));
                sum += Quality.iou(moved(first, start, View.of(frame)), mask(tracker));
            }
        }
        double meanIou = sum / (FRAMES - 1);
        System.out.printf("panned photograph      IoU %.3f%n", meanIou);
        assertThat(meanIou).isGreaterThan(0.85);
    }

    private static boolean[] mask(FeatureTracker tracker) {
        boolean[] pixels = new boolean[WIDTH * HEIGHT];
        tracker.mask(0).ifPresent(mask -> {
            for (int index = 0; index < pixels.length; index++) {
                pixels[index] = mask.has(index % WIDTH, index / WIDTH);
            }
        });
        return pixels;
    }

    /** The pixels of the first frame where they are in another one. */
    private static boolean[] moved(boolean[] first, View from, View to) {
        boolean[] pixels = new boolean[first.length];
        for (int index = 0; index < pixels.length; index++) {
            int column = index % WIDTH;
            int row = index / WIDTH;
            long x = Math.round(from.frameX(to.photoX(column)));
            long y = Math.round(from.frameY(to.photoY(row)));
            pixels[index] = x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT && first[(int) (y * WIDTH + x)];
        }
        return pixels;
    }

    private static I420 frame(I420 photo, View view) {
        byte[] planes = new byte[I420.sizeBytes(WIDTH, HEIGHT)];
        int luma = photo.widthPx() * photo.heightPx();
        int chroma = photo.chromaWidthPx() * photo.chromaHeightPx();
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                planes[y * WIDTH + x] =
                        sample(photo, 0, photo.widthPx(), photo.heightPx(), view.photoX(x), view.photoY(y));
            }
        }
        int half = WIDTH / 2 * HEIGHT / 2;
        for (int y = 0; y < HEIGHT / 2; y++) {
            for (int x = 0; x < WIDTH / 2; x++) {
                double photoX = view.photoX(2 * x) / 2;
                double photoY = view.photoY(2 * y) / 2;
                int at = WIDTH * HEIGHT + y * (WIDTH / 2) + x;
                int columns = photo.chromaWidthPx();
                planes[at] = sample(photo, luma, columns, photo.chromaHeightPx(), photoX, photoY);
                planes[at + half] = sample(photo, luma + chroma, columns, photo.chromaHeightPx(), photoX, photoY);
            }
        }
        return new I420(WIDTH, HEIGHT, I420.Range.FULL, Bytes.takeOver(planes));
    }

    private static byte sample(I420 photo, int plane, int columns, int rows, double x, double y) {
        double safeX = Math.clamp(x, 0, columns - 1.001);
        double safeY = Math.clamp(y, 0, rows - 1.001);
        int left = (int) safeX;
        int top = (int) safeY;
        int at = plane + top * columns + left;
        double dx = safeX - left;
        double dy = safeY - top;
        Bytes bytes = photo.planes();
        double above = bytes.unsignedAt(at) * (1 - dx) + bytes.unsignedAt(at + 1) * dx;
        double below = bytes.unsignedAt(at + columns) * (1 - dx) + bytes.unsignedAt(at + columns + 1) * dx;
        return (byte) Math.round(above * (1 - dy) + below * dy);
    }

    private static I420 photo(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("shared/images").resolve(name);
            if (Files.isRegularFile(file)) {
                try {
                    return new OpenCvPictureCodec().decode(Bytes.takeOver(Files.readAllBytes(file)));
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            }
        }
        return Assumptions.abort("the picture shared/images/" + name + " is not beside the checkout");
    }
}
