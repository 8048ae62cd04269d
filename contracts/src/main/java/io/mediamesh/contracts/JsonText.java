package io.mediamesh.contracts;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON straight into bytes, without objects in between: for messages full of numbers. The caller sees to it that
 * what it writes is valid JSON. Not thread-safe.
 */
final class JsonText {
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final long[] POWERS = powers();
    /** Above this a number has no room for its decimals in a long. */
    private static final double LARGEST = 1e15;

    /** Below this a number has a half between it and the next. */
    private static final double EXACT_HALVES = 1L << 51;

    private static final int MOST_DECIMALS = 9;
    /** lg 2 · 2^20, rounded down. */
    private static final int LG_2_TIMES_2_TO_20 = 315_652;

    private static final int LOWEST_TEN = 13;
    private static final double[] TENS = tens();
    /** The digits of 0 to 99: two at a time halve the divisions. */
    private static final byte[] FIRST_DIGITS = new byte[100];

    private static final byte[] SECOND_DIGITS = new byte[100];
    /** Longer texts are rare: what they need is not kept. */
    private static final int MOST_KEPT_BYTES = 1 << 20;

    private static final ThreadLocal<JsonText> SCRATCH = ThreadLocal.withInitial(() -> new JsonText(1 << 12));

    static {
        for (int number = 0; number < 100; number++) {
            FIRST_DIGITS[number] = (byte) ('0' + number / 10);
            SECOND_DIGITS[number] = (byte) ('0' + number % 10);
        }
    }

    private byte[] bytes;
    private int length;

    JsonText(int expectedBytes) {
        bytes = new byte[Math.max(64, expectedBytes)];
    }

    private static long[] powers() {
        long[] powers = new long[19];
        powers[0] = 1;
        for (int exponent = 1; exponent < powers.length; exponent++) {
            powers[exponent] = 10 * powers[exponent - 1];
        }
        return powers;
    }

    private static double[] tens() {
        double[] tens = new double[LOWEST_TEN + 18];
        for (int index = 0; index < tens.length; index++) {
            tens[index] = Double.parseDouble("1e" + (index - LOWEST_TEN));
        }
        return tens;
    }

    /** This thread's own, empty, for a text that is copied before the next one begins. */
    static JsonText scratch() {
        JsonText scratch = SCRATCH.get();
        if (scratch.bytes.length > MOST_KEPT_BYTES) {
            scratch = new JsonText(1 << 12);
            SCRATCH.set(scratch);
        }
        scratch.length = 0;
        return scratch;
    }

    Bytes toBytes() {
        return Bytes.takeOver(bytes, 0, length);
    }

    /** A copy of what was written, without a byte more than that. */
    Bytes copy() {
        return Bytes.takeOver(Arrays.copyOf(bytes, length));
    }

    JsonText raw(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    JsonText raw(Bytes json) {
        room(json.length());
        json.copyTo(0, bytes, length, json.length());
        length += json.length();
        return this;
    }

    JsonText none() {
        room(NULL.length);
        System.arraycopy(NULL, 0, bytes, length, NULL.length);
        length += NULL.length;
        return this;
    }

    JsonText flag(boolean value) {
        return ascii(value ? "true" : "false");
    }

    JsonText text(String value) {
        raw('"');
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        room(6 * utf8.length + 1);
        for (byte unit : utf8) {
            if (unit == '"' || unit == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = unit;
            } else if (unit >= 0 && unit < ' ') {
                ascii(String.format("\\u%04x", (int) unit));
            } else {
                bytes[length++] = unit;
            }
        }
        return raw('"');
    }

    JsonText whole(long value) {
        room(20);
        if (value < 0) {
            if (value == Long.MIN_VALUE) {
                return ascii(Long.toString(value));
            }
            bytes[length++] = '-';
            digits(-value, 1);
        } else {
            digits(value, 1);
        }
        return this;
    }

    /** A number with at most so many decimals, without trailing zeros; {@code null} where it is not finite. */
    JsonText fixed(double value, int decimals) {
        if (!Double.isFinite(value)) {
            return none();
        }
        if (Math.abs(value) >= LARGEST) {
            return ascii(Double.toString(value));
        }
        int kept = Math.min(decimals, MOST_DECIMALS);
        while (kept > 0 && Math.abs(value) * POWERS[kept] >= LARGEST) {
            kept--;
        }
        return scaled(round(value * POWERS[kept]), kept);
    }

    /** A number with so many significant digits; {@code null} where it is not finite. */
    JsonText significant(double value, int digits) {
        if (!Double.isFinite(value)) {
            return none();
        }
        double size = Math.abs(value);
        if (size == 0) {
            return raw('0');
        }
        if (size < 1e-12 || size >= LARGEST) {
            return ascii(Double.toString(value));
        }
        int decimals = digits - 1 - exponentOf(size);
        if (decimals <= 0) {
            return whole(Math.round(value));
        }
        return decimals < POWERS.length
                ? scaled(round(value * POWERS[decimals]), decimals)
                : ascii(Double.toString(value));
    }

    /** The power of ten of the first digit of a number from 1e-12 to 1e15; a logarithm would take longer than the rest. */
    private static int exponentOf(double size) {
        int exponent = Math.floorDiv(Math.getExponent(size) * LG_2_TIMES_2_TO_20, 1 << 20);
        return size >= TENS[exponent + 1 + LOWEST_TEN] ? exponent + 1 : exponent;
    }

    /** As {@link Math#round}, which on some processors takes longer than the writing, because it changes how they round. */
    private static long round(double value) {
        return Math.abs(value) < EXACT_HALVES ? (long) Math.floor(value + 0.5) : Math.round(value);
    }

    private JsonText scaled(long value, int decimals) {
        room(24);
        long rest = value;
        if (rest < 0) {
            bytes[length++] = '-';
            rest = -rest;
        }
        // All digits at once and the point afterwards: dividing by the power would take longer than all the rest.
        digits(rest, decimals + 1);
        int point = length - decimals;
        while (length > point && bytes[length - 1] == '0') {
            length--;
        }
        if (length > point) {
            for (int at = length; at > point; at--) {
                bytes[at] = bytes[at - 1];
            }
            bytes[point] = '.';
            length++;
        }
        return this;
    }

    /** Decimal digits, with leading zeros up to {@code least} of them. */
    private void digits(long value, int least) {
        int count = least;
        while (count < POWERS.length && value >= POWERS[count]) {
            count++;
        }
        int at = length + count;
        long rest = value;
        while (rest > Integer.MAX_VALUE) {
            long hundreds = rest / 100;
            at = pair((int) (rest - 100 * hundreds), at);
            rest = hundreds;
        }
        int small = (int) rest;
        while (small >= 10) {
            int hundreds = small / 100;
            at = pair(small - 100 * hundreds, at);
            small = hundreds;
        }
        if (at > length) {
            bytes[--at] = (byte) ('0' + small);
        }
        while (at > length) {
            bytes[--at] = '0';
        }
        length += count;
    }

    private int pair(int number, int end) {
        bytes[end - 1] = SECOND_DIGITS[number];
        bytes[end - 2] = FIRST_DIGITS[number];
        return end - 2;
    }

    private JsonText ascii(String text) {
        room(text.length());
        for (int index = 0; index < text.length(); index++) {
            bytes[length++] = (byte) text.charAt(index);
        }
        return this;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
