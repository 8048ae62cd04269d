package io.mediamesh.tracking.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a model as onnx.proto3 of ONNX 1.16 describes it: the few messages and fields that a small graph needs. */
final class ModelWriter {
    private static final int OPERATORS = 17;
    private static final int FORMAT = 8;

    /** A dimension that the model leaves open. */
    static final long OPEN = -1;

    /** Types of numbers, by their numbers in the format. */
    enum NumberType {
        FLOAT(1),
        INT32(6),
        INT64(7),
        FLOAT16(10);

        private final int number;

        NumberType(int number) {
            this.number = number;
        }
    }

    private final Message graph = new Message();
    private int names;

    ModelWriter() {
        graph.text(2, "made by a test");
    }

    ModelWriter input(String name, NumberType type, long... shape) {
        graph.message(11, port(name, type, shape));
        return this;
    }

    ModelWriter output(String name, NumberType type, long... shape) {
        graph.message(12, port(name, type, shape));
        return this;
    }

    private static Message port(String name, NumberType type, long... shape) {
        Message sides = new Message();
        for (long side : shape) {
            sides.message(1, side == OPEN ? new Message().text(2, "open") : new Message().number(1, side));
        }
        Message tensor = new Message().number(1, type.number).message(2, sides);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** Numbers of a shape; the result is their name. */
    String constant(List<Long> shape, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return initializer(NumberType.FLOAT, shape, raw.array());
    }

    /** A row of whole numbers; the result is its name. */
    String integers(long... values) {
        ByteBuffer raw = ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return initializer(NumberType.INT64, List.of((long) values.length), raw.array());
    }

    private String initializer(NumberType type, List<Long> shape, byte[] raw) {
        String name = next();
        Message tensor = new Message();
        shape.forEach(side -> tensor.number(1, side));
        graph.message(5, tensor.number(2, type.number).text(8, name).bytes(9, raw));
        return name;
    }

    private String next() {
        names++;
        return "t" + names;
    }

    /** An attribute of an operator that is a row of whole numbers. */
    record Integers(String name, List<Long> values) {
        static Integers of(String name, Long... values) {
            return new Integers(name, List.of(values));
        }
    }

    /** An attribute of an operator that is a whole number. */
    record Whole(String name, long value) {}

    /** Applies an operator; the result is the name of what comes out. */
    String apply(String operator, List<String> inputs, Object... attributes) {
        return applyAs(next(), operator, inputs, attributes);
    }

    String applyAs(String output, String operator, List<String> inputs, Object... attributes) {
        Message node = new Message();
        inputs.forEach(input -> node.text(1, input));
        node.text(2, output).text(4, operator);
        for (Object attribute : attributes) {
            switch (attribute) {
                case Integers many -> {
                    Message written = new Message().text(1, many.name);
                    many.values.forEach(value -> written.number(8, value));
                    node.message(5, written.number(20, 7));
                }
                case Whole one ->
                    node.message(
                            5,
                            new Message().text(1, one.name).number(3, one.value).number(20, 2));
                case String mode ->
                    node.message(5, new Message().text(1, "mode").text(4, mode).number(20, 3));
                default -> throw new IllegalArgumentException("no attribute: " + attribute);
            }
        }
        graph.message(1, node);
        return output;
    }

    Path write(Path file) {
        Message model = new Message()
                .number(1, FORMAT)
                .message(7, graph)
                .message(8, new Message().text(1, "").number(2, OPERATORS));
        try {
            return Files.write(file, model.out.toByteArray());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A message of protocol buffers. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int LENGTH = 2;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        private void varint(long value) {
            long left = value;
            while ((left & ~0x7fL) != 0) {
                out.write((int) ((left & 0x7f) | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
        }

        Message number(int field, long value) {
            varint(((long) field << 3) | VARINT);
            varint(value);
            return this;
        }

        Message bytes(int field, byte[] bytes) {
            varint(((long) field << 3) | LENGTH);
            varint(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        Message text(int field, String text) {
            return bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message message) {
            return bytes(field, message.out.toByteArray());
        }
    }
}
