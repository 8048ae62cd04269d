package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks over JSON text (RFC 8259) without making anything of it: strictly, in one pass and without recursion, so that
 * messages of megabytes can be looked into for the little that is of interest. Not thread-safe.
 */
final class JsonCursor {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long SPACES = ' ' * ONES;
    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 64;
    /** Longer names are none that anybody looks for. */
    private static final int LONGEST_NAME = 128;

    private final byte[] text;
    private final int start;
    private final int end;
    private int position;

    JsonCursor(byte[] text, int start, int length) {
        this.text = text;
        this.start = start;
        this.end = start + length;
        this.position = start;
    }

    /** What stands between the quotation marks of a string. */
    record Span(int from, int to, boolean escaped) {}

    /** Whether the next thing is this character, which is passed over then. */
    boolean next(char ascii) {
        skipBlanks();
        if (position < end && text[position] == ascii) {
            position++;
            return true;
        }
        return false;
    }

    /** Whether the next thing begins with this character. */
    boolean isAt(char ascii) {
        skipBlanks();
        return position < end && text[position] == ascii;
    }

    void expect(char ascii) {
        if (!next(ascii)) {
            throw malformed("'" + ascii + "' is missing");
        }
    }

    /** Whether the next thing is this word, which is passed over then. */
    boolean nextWord(String word) {
        skipBlanks();
        if (end - position < word.length()) {
            return false;
        }
        for (int index = 0; index < word.length(); index++) {
            if (text[position + index] != word.charAt(index)) {
                return false;
            }
        }
        position += word.length();
        return true;
    }

    void expectEnd() {
        skipBlanks();
        if (position < end) {
            throw malformed("there is more after the end");
        }
    }

    /** The name of a member and the colon behind it; one that is too long to be of interest is empty. */
    String name() {
        Span span = string();
        expect(':');
        if (span.to - span.from > LONGEST_NAME) {
            return "";
        }
        String raw = new String(text, span.from, span.to - span.from, StandardCharsets.UTF_8);
        if (!span.escaped) {
            return raw;
        }
        try {
            return String.valueOf(Json.decodeValue('"' + raw + '"'));
        } catch (DecodeException loneSurrogate) {
            return "";
        }
    }

    /** A string. */
    Span string() {
        expect('"');
        int from = position;
        boolean escaped = false;
        while (true) {
            skipPlain();
            if (position >= end) {
                throw malformed("a string does not end");
            }
            int unit = text[position];
            if (unit == '"') {
                return new Span(from, position++, escaped);
            }
            if (unit == '\\') {
                escaped = true;
                skipEscape();
            } else if (unit < 0) {
                skipMultibyte();
            } else if (unit < ' ') {
                throw malformed("a string has a control character");
            } else {
                position++;
            }
        }
    }

    /** A number. */
    double number() {
        skipBlanks();
        int from = position;
        skipNumber();
        if (position - from > LONGEST_NUMBER) {
            throw malformed("a number is too long");
        }
        return Double.parseDouble(new String(text, from, position - from, StandardCharsets.US_ASCII));
    }

    /** Passes over a value of any kind. */
    void skipValue() {
        // One bit a level: whether it is an object.
        long objects = 0;
        int depth = 0;
        boolean value = true;
        while (value || depth > 0) {
            if (value) {
                boolean object = isAt('{');
                if (object || isAt('[')) {
                    position++;
                    if (++depth > DEEPEST) {
                        throw malformed("it is nested too deeply");
                    }
                    objects = objects << 1 | (object ? 1 : 0);
                    if (!isAt(object ? '}' : ']')) {
                        nameWithin(object);
                        continue;
                    }
                } else {
                    skipScalar();
                }
                value = false;
            } else {
                boolean object = (objects & 1) == 1;
                if (next(',')) {
                    nameWithin(object);
                    value = true;
                } else {
                    expect(object ? '}' : ']');
                    objects >>>= 1;
                    depth--;
                }
            }
        }
    }

    private void nameWithin(boolean object) {
        if (object) {
            string();
            expect(':');
        }
    }

    private void skipScalar() {
        if (isAt('"')) {
            string();
        } else if (!nextWord("true") && !nextWord("false") && !nextWord("null")) {
            skipNumber();
        }
    }

    MeshException malformed(String what) {
        return MeshException.invalid(
                "message", "the message is not valid JSON: " + what + " at byte " + (position - start));
    }

    private void skipBlanks() {
        while (position < end) {
            byte unit = text[position];
            if (unit != ' ' && unit != '\n' && unit != '\r' && unit != '\t') {
                return;
            }
            position++;
        }
    }

    /** Eight bytes at a time as long as none of them is a quotation mark, a backslash, a control character or not ASCII. */
    private void skipPlain() {
        int at = position;
        while (end - at >= Long.BYTES) {
            long word = (long) WORD.get(text, at);
            long quote = word ^ QUOTES;
            long backslash = word ^ BACKSLASHES;
            long special =
                    ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((word - SPACES) & ~word) | word;
            if ((special & HIGH) != 0) {
                break;
            }
            at += Long.BYTES;
        }
        while (at < end && text[at] >= ' ' && text[at] != '"' && text[at] != '\\') {
            at++;
        }
        position = at;
    }

    private void skipEscape() {
        if (position + 1 >= end) {
            throw malformed("a string does not end");
        }
        switch (text[position + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> position += 2;
            case 'u' -> {
                if (end - position < 6) {
                    throw malformed("a string does not end");
                }
                for (int index = position + 2; index < position + 6; index++) {
                    if (text[index] < 0 || Character.digit(text[index], 16) < 0) {
                        throw malformed("an escape is none");
                    }
                }
                position += 6;
            }
            default -> throw malformed("an escape is none");
        }
    }

    /** One character beyond ASCII, well formed as the table 3-7 of the Unicode standard says. */
    private void skipMultibyte() {
        int lead = text[position] & 0xff;
        int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        if (lead < 0xc2 || lead > 0xf4 || end - position <= more) {
            throw malformed("a string is not UTF-8");
        }
        int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        for (int index = 1; index <= more; index++) {
            int unit = text[position + index] & 0xff;
            if (unit < least || unit > most) {
                throw malformed("a string is not UTF-8");
            }
            least = 0x80;
            most = 0xbf;
        }
        position += more + 1;
    }

    private void skipNumber() {
        skip('-');
        if (!skip('0')) {
            skipDigits();
        }
        if (skip('.')) {
            skipDigits();
        }
        if (skip('e') || skip('E')) {
            if (!skip('+')) {
                skip('-');
            }
            skipDigits();
        }
    }

    private boolean skip(char ascii) {
        if (position < end && text[position] == ascii) {
            position++;
            return true;
        }
        return false;
    }

    private void skipDigits() {
        int from = position;
        while (position < end && text[position] >= '0' && text[position] <= '9') {
            position++;
        }
        if (position == from) {
            throw malformed("there is no value");
        }
    }
}
