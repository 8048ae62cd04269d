package io.mediamesh.contracts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Named values in the order in which clients see them. Immutable. */
public final class Fields {
    private final List<Field> all;

    private Fields(List<Field> all) {
        this.all = all;
    }

    /** A value and its name, which is written as it is: letters, digits and underscores. */
    private record Field(String name, Value value) {}

    /** What a field may hold. */
    public sealed interface Value {
        /**
         * A number.
         *
         * @param number NaN for none, which JSON calls {@code null}
         * @param decimals how many digits behind the point mean something
         */
        record Real(double number, int decimals) implements Value {}

        /**
         * A count.
         *
         * @param count of whatever it is
         */
        record Whole(long count) implements Value {}

        /**
         * A text.
         *
         * @param text of any characters
         */
        record Text(String text) implements Value {}

        /** Nothing: {@code null}. */
        record None() implements Value {}

        /**
         * Yes or no.
         *
         * @param yes which of them
         */
        record Flag(boolean yes) implements Value {}

        /**
         * A row of numbers.
         *
         * @param numbers rounded to what they mean
         */
        record Row(Numbers numbers) implements Value {}

        /**
         * Rows of numbers, as of a picture or of several channels.
         *
         * @param rows in order
         */
        record Rows(List<Numbers> rows) implements Value {
            /** Copies the list. */
            public Rows {
                rows = List.copyOf(rows);
            }
        }

        /**
         * A list of texts.
         *
         * @param texts in order
         */
        record Texts(List<String> texts) implements Value {
            /** Copies the list. */
            public Texts {
                texts = List.copyOf(texts);
            }
        }
    }

    /** Begins a new set. */
    public static Builder builder() {
        return new Builder();
    }

    /** The names in order. */
    public List<String> names() {
        return all.stream().map(Field::name).toList();
    }

    /** The value of this name. */
    public Optional<Value> get(String name) {
        for (Field field : all) {
            if (field.name.equals(name)) {
                return Optional.of(field.value);
            }
        }
        return Optional.empty();
    }

    /** The number of this name, where there is one. */
    public OptionalDouble number(String name) {
        return switch (get(name).orElse(new Value.None())) {
            case Value.Real number when Double.isFinite(number.number) -> OptionalDouble.of(number.number);
            case Value.Whole whole -> OptionalDouble.of((double) whole.count);
            case Value.Real notFinite -> OptionalDouble.empty();
            case Value.Text text -> OptionalDouble.empty();
            case Value.None none -> OptionalDouble.empty();
            case Value.Flag flag -> OptionalDouble.empty();
            case Value.Row row -> OptionalDouble.empty();
            case Value.Rows rows -> OptionalDouble.empty();
            case Value.Texts texts -> OptionalDouble.empty();
        };
    }

    /** The row of this name, where there is one. */
    public Optional<Numbers> row(String name) {
        return get(name).flatMap(value -> value instanceof Value.Row row ? Optional.of(row.numbers) : Optional.empty());
    }

    /** The rows of this name; none where there are none. */
    public List<Numbers> rows(String name) {
        return get(name).orElse(new Value.None()) instanceof Value.Rows rows ? rows.rows : List.of();
    }

    /** The JSON object that clients see. */
    public Bytes toJson() {
        JsonText out = JsonText.scratch();
        out.raw('{');
        boolean first = true;
        for (Field field : all) {
            if (!first) {
                out.raw(',');
            }
            first = false;
            out.text(field.name).raw(':');
            write(field.value, out);
        }
        return out.raw('}').copy();
    }

    private static void write(Value value, JsonText out) {
        switch (value) {
            case Value.Real number -> out.fixed(number.number, number.decimals);
            case Value.Whole whole -> out.whole(whole.count);
            case Value.Text text -> out.text(text.text);
            case Value.None none -> out.none();
            case Value.Flag flag -> out.flag(flag.yes);
            case Value.Row row -> row.numbers.write(out);
            case Value.Rows rows -> list(rows.rows, out, row -> row.write(out));
            case Value.Texts texts -> list(texts.texts, out, out::text);
        }
    }

    private static <T> void list(List<T> entries, JsonText out, Consumer<T> write) {
        out.raw('[');
        for (int index = 0; index < entries.size(); index++) {
            if (index > 0) {
                out.raw(',');
            }
            write.accept(entries.get(index));
        }
        out.raw(']');
    }

    @Override
    public String toString() {
        return String.valueOf(names());
    }

    /** Collects fields; not thread-safe. */
    public static final class Builder {
        private final List<Field> fields = new ArrayList<>();

        private Builder() {}

        /** A number with so many decimals; NaN or an infinity is none. */
        public Builder number(String name, double number, int decimals) {
            return put(name, new Value.Real(number, decimals));
        }

        /** A count. */
        public Builder whole(String name, long count) {
            return put(name, new Value.Whole(count));
        }

        /** A text. */
        public Builder text(String name, String text) {
            return put(name, new Value.Text(text));
        }

        /** Nothing. */
        public Builder none(String name) {
            return put(name, new Value.None());
        }

        /** Yes or no. */
        public Builder flag(String name, boolean yes) {
            return put(name, new Value.Flag(yes));
        }

        /** A row of numbers. */
        public Builder row(String name, Numbers numbers) {
            return put(name, new Value.Row(numbers));
        }

        /** Rows of numbers. */
        public Builder rows(String name, List<Numbers> rows) {
            return put(name, new Value.Rows(rows));
        }

        /** A list of texts. */
        public Builder texts(String name, List<String> texts) {
            return put(name, new Value.Texts(texts));
        }

        /** Any value. */
        public Builder put(String name, Value value) {
            fields.add(new Field(name, value));
            return this;
        }

        /** The fields so far. */
        public Fields build() {
            return new Fields(List.copyOf(fields));
        }
    }
}
