package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.TrackingProtocol.Box;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a broadcaster sends: {@code {"frame":"…","hasrectangle":true,"rectangle":{"x1":…,"y1":…,"x2":…,"y2":…}}}. The text
 * of the frame is found and left as it is. Not thread-safe.
 */
final class BroadcastMessage {
    private final Bytes text;
    private final boolean escaped;
    private final boolean tracked;
    private final Optional<Box> rectangle;
    private boolean decoded;
    private Optional<Bytes> picture = Optional.empty();

    private BroadcastMessage(Bytes text, boolean escaped, boolean tracked, Optional<Box> rectangle) {
        this.text = text;
        this.escaped = escaped;
        this.tracked = tracked;
        this.rectangle = rectangle;
    }

    /**
     * Reads a message. Names may be in any order, and those that are unknown are passed over.
     *
     * @param message keeps this memory: the caller must not touch it afterwards
     * @throws MeshException naming what is wrong
     */
    static BroadcastMessage parse(byte[] message, int start, int length) {
        JsonCursor cursor = new JsonCursor(message, start, length);
        if (!cursor.isAt('{')) {
            throw MeshException.invalid("message", "a message must be a JSON object with the name frame");
        }
        JsonCursor.Span frame = null;
        boolean tracked = false;
        Optional<Box> rectangle = Optional.empty();
        Set<String> seen = new HashSet<>();
        cursor.expect('{');
        if (!cursor.next('}')) {
            do {
                String name = cursor.name();
                switch (name) {
                    case "frame" -> {
                        checkFirst(seen, name);
                        if (!cursor.isAt('"')) {
                            throw MeshException.invalid(name, "frame must be a text, the picture in base64");
                        }
                        frame = cursor.string();
                    }
                    case "hasrectangle" -> {
                        checkFirst(seen, name);
                        tracked = cursor.nextWord("true");
                        if (!tracked && !cursor.nextWord("false") && !cursor.nextWord("null")) {
                            throw MeshException.invalid(name, "hasrectangle must be true or false");
                        }
                    }
                    case "rectangle" -> {
                        checkFirst(seen, name);
                        rectangle = rectangle(cursor);
                    }
                    default -> cursor.skipValue();
                }
            } while (cursor.next(','));
            cursor.expect('}');
        }
        cursor.expectEnd();
        if (frame == null) {
            throw MeshException.invalid("frame", "the message has no frame");
        }
        Bytes text = Bytes.takeOver(message, frame.from(), frame.to() - frame.from());
        return new BroadcastMessage(text, frame.escaped(), tracked, rectangle);
    }

    /** What stands between the quotation marks of the frame. */
    Bytes text() {
        return text;
    }

    /** Whether the objects in the frame are wanted. */
    boolean tracked() {
        return tracked;
    }

    /** Where an object is; empty where the message does not say. */
    Optional<Box> rectangle() {
        return rectangle;
    }

    /** The file that the frame is, decoded at the first call; empty where it is no base64. */
    Optional<Bytes> picture() {
        if (!decoded) {
            decoded = true;
            picture = PictureText.decode(text, escaped);
        }
        return picture;
    }

    private static void checkFirst(Set<String> seen, String name) {
        if (!seen.add(name)) {
            throw MeshException.invalid(name, "the message has " + name + " twice");
        }
    }

    /** A rectangle; one without all of its corners, which clients send that have none, is none. */
    private static Optional<Box> rectangle(JsonCursor cursor) {
        if (cursor.nextWord("null")) {
            return Optional.empty();
        }
        if (!cursor.next('{')) {
            throw MeshException.invalid("rectangle", "rectangle must be an object with x1, y1, x2, y2");
        }
        OptionalDouble[] corners = {
            OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty()
        };
        if (!cursor.next('}')) {
            do {
                String name = cursor.name();
                switch (name) {
                    case "x1" -> corners[0] = corner(cursor, name, corners[0]);
                    case "y1" -> corners[1] = corner(cursor, name, corners[1]);
                    case "x2" -> corners[2] = corner(cursor, name, corners[2]);
                    case "y2" -> corners[3] = corner(cursor, name, corners[3]);
                    default -> cursor.skipValue();
                }
            } while (cursor.next(','));
            cursor.expect('}');
        }
        for (OptionalDouble corner : corners) {
            if (corner.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(new Box(
                corners[0].orElseThrow(),
                corners[1].orElseThrow(),
                corners[2].orElseThrow(),
                corners[3].orElseThrow()));
    }

    private static OptionalDouble corner(JsonCursor cursor, String name, OptionalDouble before) {
        if (before.isPresent()) {
            throw MeshException.invalid("rectangle." + name, "the rectangle has " + name + " twice");
        }
        if (cursor.nextWord("null")) {
            return OptionalDouble.empty();
        }
        if (cursor.isAt('"') || cursor.isAt('{') || cursor.isAt('[') || cursor.isAt('t') || cursor.isAt('f')) {
            throw MeshException.invalid("rectangle." + name, "rectangle." + name + " must be a number");
        }
        double value = cursor.number();
        if (!Double.isFinite(value)) {
            throw MeshException.invalid("rectangle." + name, "rectangle." + name + " is too large");
        }
        return OptionalDouble.of(value);
    }
}
