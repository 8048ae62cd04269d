package io.mediamesh.tracking.opencv;

/**
 * Which pixels of an object can be seen, by comparing a picture of the object with what is there now. Each pixel is judged
 * by the normalised correlation of its surroundings (Lewis, "Fast normalized cross-correlation", 1995), which changes of
 * light do not touch; where the object has no texture, by its brightness.
 *
 * @param visible the pixels of the mask that show the object
 * @param share of the mask that is visible, 0 to 1
 * @param correlation of the whole mask, −1 to 1
 */
record Visibility(Patch visible, double share, double correlation) {
    private static final int RADIUS = 5;
    private static final int LEAST_PIXELS = 20;
    private static final double LEAST_CORRELATION = 0.6;
    // Variances below this one are noise of cameras and compression.
    private static final double FLAT_VARIANCE = 12;
    private static final double MOST_DIFFERENCE = 20;
    /** Less than this is hidden by mistake and not by something in front. */
    private static final double NOTHING_HIDDEN = 0.07;

    /**
     * Compares.
     *
     * @param known what the object looks like
     * @param now the same place in the frame, of the same size
     * @param mask the object's pixels
     * @param inside the pixels of {@code now} that lie in the frame
     */
    static Visibility of(Patch known, Patch now, Patch mask, Patch inside) {
        Patch lit = now.litAs(known, mask.and(inside));
        Sums sums = new Sums(known, lit, mask, inside);
        int width = mask.width();
        int height = mask.height();
        byte[] seen = new byte[mask.pixels().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int index = y * width + x;
                if (mask.isSet(index) && inside.isSet(index) && sums.agree(x, y, RADIUS)) {
                    seen[index] = (byte) 255;
                }
            }
        }
        int whole = mask.count();
        Patch within = mask.and(inside);
        Patch visible = smoothed(new Patch(width, height, seen), within);
        int hidden = within.count() - visible.count();
        if (hidden < NOTHING_HIDDEN * whole) {
            visible = within;
        }
        return new Visibility(visible, whole == 0 ? 0 : (double) visible.count() / whole, sums.correlation());
    }

    /** Each pixel as most of its neighbours. */
    private static Patch smoothed(Patch seen, Patch within) {
        int width = seen.width();
        int[] counts = new int[(width + 1) * (seen.height() + 1)];
        int[] members = new int[counts.length];
        integrate(seen, counts);
        integrate(within, members);
        byte[] smooth = new byte[seen.pixels().length];
        for (int y = 0; y < seen.height(); y++) {
            for (int x = 0; x < width; x++) {
                if (within.isSet(y * width + x)) {
                    Window window = Window.around(x, y, 4, width, seen.height());
                    smooth[y * width + x] = 2 * window.sum(counts) > window.sum(members) ? (byte) 255 : 0;
                }
            }
        }
        return new Patch(width, seen.height(), smooth);
    }

    private static void integrate(Patch mask, int[] into) {
        int stride = mask.width() + 1;
        for (int y = 0; y < mask.height(); y++) {
            int row = 0;
            for (int x = 0; x < mask.width(); x++) {
                row += mask.isSet(y * mask.width() + x) ? 1 : 0;
                into[(y + 1) * stride + x + 1] = into[y * stride + x + 1] + row;
            }
        }
    }

    /** Corners of a square, as places in a table of sums. */
    private record Window(int a, int b, int c, int d) {
        static Window around(int x, int y, int radius, int width, int height) {
            int stride = width + 1;
            int left = Math.max(0, x - radius);
            int top = Math.max(0, y - radius) * stride;
            int right = Math.min(width, x + radius + 1);
            int bottom = Math.min(height, y + radius + 1) * stride;
            return new Window(top + left, top + right, bottom + left, bottom + right);
        }

        int sum(int[] table) {
            return table[d] - table[b] - table[c] + table[a];
        }

        long sum(long[] table) {
            return table[d] - table[b] - table[c] + table[a];
        }
    }

    /** Tables of sums (Crow, 1984) over the pixels of the mask that are inside. */
    private static final class Sums {
        private final int width;
        private final int height;
        private final int[] count;
        private final int[] known;
        private final int[] now;
        private final long[] knownSquares;
        private final long[] nowSquares;
        private final long[] products;

        Sums(Patch first, Patch second, Patch mask, Patch inside) {
            this.width = mask.width();
            this.height = mask.height();
            int stride = width + 1;
            int size = stride * (height + 1);
            this.count = new int[size];
            this.known = new int[size];
            this.now = new int[size];
            this.knownSquares = new long[size];
            this.nowSquares = new long[size];
            this.products = new long[size];
            for (int y = 0; y < height; y++) {
                int above = y * stride;
                int here = above + stride;
                int n = 0;
                int a = 0;
                int b = 0;
                long aa = 0;
                long bb = 0;
                long ab = 0;
                for (int x = 0; x < width; x++) {
                    int index = y * width + x;
                    if (mask.isSet(index) && inside.isSet(index)) {
                        int p = first.pixels()[index] & 0xff;
                        int q = second.pixels()[index] & 0xff;
                        n++;
                        a += p;
                        b += q;
                        aa += (long) p * p;
                        bb += (long) q * q;
                        ab += (long) p * q;
                    }
                    int place = here + x + 1;
                    int over = above + x + 1;
                    count[place] = count[over] + n;
                    known[place] = known[over] + a;
                    now[place] = now[over] + b;
                    knownSquares[place] = knownSquares[over] + aa;
                    nowSquares[place] = nowSquares[over] + bb;
                    products[place] = products[over] + ab;
                }
            }
        }

        boolean agree(int x, int y, int radius) {
            Window window = Window.around(x, y, radius, width, height);
            double n = window.sum(count);
            if (n < LEAST_PIXELS) {
                return true;
            }
            double meanKnown = window.sum(known) / n;
            double meanNow = window.sum(now) / n;
            double varianceKnown = window.sum(knownSquares) / n - meanKnown * meanKnown;
            double varianceNow = window.sum(nowSquares) / n - meanNow * meanNow;
            if (varianceKnown < FLAT_VARIANCE) {
                return varianceNow < 4 * FLAT_VARIANCE && Math.abs(meanKnown - meanNow) < MOST_DIFFERENCE;
            }
            double covariance = window.sum(products) / n - meanKnown * meanNow;
            return covariance > LEAST_CORRELATION * Math.sqrt(varianceKnown * Math.max(varianceNow, FLAT_VARIANCE / 4));
        }

        double correlation() {
            int last = count.length - 1;
            double n = count[last];
            if (n < LEAST_PIXELS) {
                return 0;
            }
            double meanKnown = known[last] / n;
            double meanNow = now[last] / n;
            double varianceKnown = knownSquares[last] / n - meanKnown * meanKnown;
            double varianceNow = nowSquares[last] / n - meanNow * meanNow;
            double covariance = products[last] / n - meanKnown * meanNow;
            return covariance / Math.sqrt(Math.max(1, varianceKnown) * Math.max(1, varianceNow));
        }
    }
}
