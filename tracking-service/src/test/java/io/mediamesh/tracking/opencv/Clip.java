package io.mediamesh.tracking.opencv;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.TrackingProtocol.Box;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A made-up video of textured things over textured ground, of which each pixel is known. Plain arithmetic without any
 * library, so that it knows nothing of what it tests.
 *
 * @param name for the table
 * @param frames how many
 * @param ground what is behind everything
 * @param groundX how far the camera has gone to the right
 * @param things the first ones are tracked; later ones lie in front of earlier ones
 * @param tracked how many of the things are tracked
 * @param blurPx radius of a blur of the whole frame
 * @param gain of the brightness of the whole frame
 */
record Clip(
        String name,
        int frames,
        Ground ground,
        IntToDoubleFunction groundX,
        List<Thing> things,
        int tracked,
        IntToDoubleFunction blurPx,
        IntToDoubleFunction gain) {
    static final int WIDTH = 640;
    static final int HEIGHT = 480;

    /** What is behind everything, wider than a frame. */
    static final class Ground {
        private static final int WIDER = WIDTH + 320;
        private final int[] luma = new int[WIDER * HEIGHT];
        private final int[] u = new int[luma.length / 4];
        private final int[] v = new int[u.length];

        Ground(Texture texture) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDER; x++) {
                    paint(luma, u, v, WIDER, x, y, texture, x, y);
                }
            }
        }

        /** @param shift a whole and even number of pixels, because colours have half the resolution */
        void copy(int shift, int[] toLuma, int[] toU, int[] toV) {
            for (int y = 0; y < HEIGHT; y++) {
                System.arraycopy(luma, y * WIDER + shift, toLuma, y * WIDTH, WIDTH);
            }
            for (int y = 0; y < HEIGHT / 2; y++) {
                System.arraycopy(u, y * (WIDER / 2) + shift / 2, toU, y * (WIDTH / 2), WIDTH / 2);
                System.arraycopy(v, y * (WIDER / 2) + shift / 2, toV, y * (WIDTH / 2), WIDTH / 2);
            }
        }
    }

    /** Where a thing is: its centre in the frame, its direction and its size. */
    record Place(double x, double y, double turn, double scale) {}

    /** A thing with an outline, {@code radius} pixels from its centre on the average; a bar where it is upright. */
    record Thing(Texture texture, double radius, double halfHeight, double waves, IntFunction<Place> path) {
        boolean covers(double x, double y) {
            if (halfHeight > 0) {
                return Math.abs(x) <= radius && Math.abs(y) <= halfHeight;
            }
            double angle = Math.atan2(y, x);
            double edge = radius * (1 + 0.12 * Math.sin(3 * angle + waves) + 0.08 * Math.sin(5 * angle));
            return x * x + y * y <= edge * edge;
        }
    }

    /** A frame and which thing each of its pixels shows, −1 for the ground. */
    static final class Shot {
        private final I420 picture;
        private final byte[] owners;

        Shot(I420 picture, byte[] owners) {
            this.picture = picture;
            this.owners = owners;
        }

        I420 picture() {
            return picture;
        }

        boolean[] truth(int thing) {
            boolean[] mask = new boolean[owners.length];
            for (int index = 0; index < mask.length; index++) {
                mask[index] = owners[index] == thing;
            }
            return mask;
        }
    }

    Shot shot(int frame) {
        int[] luma = new int[WIDTH * HEIGHT];
        int[] u = new int[WIDTH * HEIGHT / 4];
        int[] v = new int[u.length];
        byte[] owners = new byte[luma.length];
        Arrays.fill(owners, (byte) -1);
        ground.copy((int) groundX.applyAsDouble(frame), luma, u, v);
        for (int index = 0; index < things.size(); index++) {
            draw(things.get(index), frame, index, luma, u, v, owners);
        }
        byte[] planes = new byte[I420.sizeBytes(WIDTH, HEIGHT)];
        int[] blurred = blurred(luma, blurPx.applyAsDouble(frame));
        for (int index = 0; index < luma.length; index++) {
            planes[index] = (byte) Math.clamp(Math.round(blurred[index] * gain.applyAsDouble(frame)), 0, 255);
        }
        for (int index = 0; index < u.length; index++) {
            planes[luma.length + index] = (byte) u[index];
            planes[luma.length + u.length + index] = (byte) v[index];
        }
        return new Shot(new I420(WIDTH, HEIGHT, I420.Range.FULL, Bytes.takeOver(planes)), owners);
    }

    private static void draw(Thing thing, int frame, int index, int[] luma, int[] u, int[] v, byte[] owners) {
        Place place = thing.path.apply(frame);
        double reach = Math.max(thing.radius, thing.halfHeight) * 1.3 * place.scale;
        double cos = Math.cos(-place.turn) / place.scale;
        double sin = Math.sin(-place.turn) / place.scale;
        for (int y = (int) Math.max(0, place.y - reach); y < Math.min(HEIGHT, place.y + reach); y++) {
            for (int x = (int) Math.max(0, place.x - reach); x < Math.min(WIDTH, place.x + reach); x++) {
                double ownX = cos * (x - place.x) - sin * (y - place.y);
                double ownY = sin * (x - place.x) + cos * (y - place.y);
                if (thing.covers(ownX, ownY)) {
                    paint(luma, u, v, WIDTH, x, y, thing.texture, ownX, ownY);
                    owners[y * WIDTH + x] = (byte) index;
                }
            }
        }
    }

    private static void paint(
            int[] luma, int[] u, int[] v, int width, int x, int y, Texture texture, double ownX, double ownY) {
        luma[y * width + x] = texture.luma(ownX, ownY);
        if ((x & y & 1) == 1) {
            int chroma = y / 2 * (width / 2) + x / 2;
            u[chroma] = texture.u(ownX, ownY);
            v[chroma] = texture.v(ownX, ownY);
        }
    }

    /** Two box filters one after the other: about a Gaussian. */
    private static int[] blurred(int[] luma, double radiusPx) {
        int radius = (int) Math.round(radiusPx);
        if (radius == 0) {
            return luma;
        }
        int[] result = luma;
        for (int pass = 0; pass < 2; pass++) {
            result = boxed(boxed(result, radius, 1, WIDTH, HEIGHT), radius, WIDTH, HEIGHT, WIDTH);
        }
        return result;
    }

    private static int[] boxed(int[] from, int radius, int step, int length, int lines) {
        int[] to = new int[from.length];
        int across = step == 1 ? length : 1;
        for (int line = 0; line < lines; line++) {
            int start = line * across;
            for (int at = 0; at < length; at++) {
                int sum = 0;
                for (int offset = -radius; offset <= radius; offset++) {
                    sum += from[start + Math.clamp(at + offset, 0, length - 1) * step];
                }
                to[start + at * step] = sum / (2 * radius + 1);
            }
        }
        return to;
    }

    /** The tight boxes of the tracked things in the first frame, a little generous, as a person draws them. */
    List<Box> boxes(Shot first) {
        return IntStream.range(0, tracked)
                .mapToObj(thing -> box(first.owners, thing))
                .toList();
    }

    private static Box box(byte[] owners, int thing) {
        int left = WIDTH;
        int top = HEIGHT;
        int right = 0;
        int bottom = 0;
        for (int index = 0; index < owners.length; index++) {
            if (owners[index] == thing) {
                left = Math.min(left, index % WIDTH);
                right = Math.max(right, index % WIDTH + 1);
                top = Math.min(top, index / WIDTH);
                bottom = Math.max(bottom, index / WIDTH + 1);
            }
        }
        return new Box(left - 3, top - 3, right + 3, bottom + 3);
    }
}
