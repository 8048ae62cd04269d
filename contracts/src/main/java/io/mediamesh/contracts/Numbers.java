package io.mediamesh.contracts;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of numbers of a message, rounded to what they mean. The JSON of a row that is wanted more than once is kept, so
 * that one which is the same in every message (the frequencies of a spectrum) is made once for all of them.
 */
public final class Numbers {
    private final double[] values;
    private final int digits;
    private final boolean significant;
    private volatile @Nullable Bytes json;
    /** Not more than a hint: who misses another thread's writing writes once more. */
    private boolean wanted;

    private Numbers(double[] values, int digits, boolean significant) {
        this.values = values;
        this.digits = digits;
        this.significant = significant;
    }

    /**
     * Takes an array over, which the caller must not touch afterwards.
     *
     * @param decimals digits behind the point, for values whose error is the same everywhere, as of levels in dB
     */
    public static Numbers fixed(double[] values, int decimals) {
        return new Numbers(values, decimals, false);
    }

    /**
     * Takes an array over, which the caller must not touch afterwards.
     *
     * @param digits significant digits, for values of many magnitudes, as of amplitudes
     */
    public static Numbers significant(double[] values, int digits) {
        return new Numbers(values, digits, true);
    }

    /** How many. */
    public int size() {
        return values.length;
    }

    /** One of them, not rounded; NaN where there is none, which JSON calls {@code null}. */
    public double at(int index) {
        return values[Objects.checkIndex(index, values.length)];
    }

    /** Every {@code step}-th of them, the first included. */
    public Numbers every(int step) {
        if (step <= 1) {
            return this;
        }
        double[] fewer = new double[Math.ceilDiv(values.length, step)];
        for (int index = 0; index < fewer.length; index++) {
            fewer[index] = values[index * step];
        }
        return new Numbers(fewer, digits, significant);
    }

    /** The largest of every {@code step}, so that no peak is lost. */
    public Numbers peaksOfEvery(int step) {
        if (step <= 1) {
            return this;
        }
        double[] fewer = new double[Math.ceilDiv(values.length, step)];
        for (int index = 0; index < fewer.length; index++) {
            double peak = values[index * step];
            for (int at = index * step + 1; at < Math.min(values.length, (index + 1) * step); at++) {
                peak = Math.max(peak, values[at]);
            }
            fewer[index] = peak;
        }
        return new Numbers(fewer, digits, significant);
    }

    void write(JsonText out) {
        Bytes known = json;
        if (known != null) {
            out.raw(known);
        } else if (wanted) {
            JsonText kept = new JsonText(values.length * (digits + 4) + 2);
            layOut(kept);
            known = kept.copy();
            json = known;
            out.raw(known);
        } else {
            wanted = true;
            layOut(out);
        }
    }

    private void layOut(JsonText out) {
        out.raw('[');
        for (int index = 0; index < values.length; index++) {
            if (index > 0) {
                out.raw(',');
            }
            if (significant) {
                out.significant(values[index], digits);
            } else {
                out.fixed(values[index], digits);
            }
        }
        out.raw(']');
    }

    @Override
    public String toString() {
        return values.length + " numbers";
    }
}
