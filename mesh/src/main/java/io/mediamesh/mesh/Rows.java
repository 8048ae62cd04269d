package io.mediamesh.mesh;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/**
 * Meters that come and go with what they are about: one row for each thing, told apart by labels, with the same columns.
 * Updated from one thread.
 */
final class Rows<T> {
    private final MeterRegistry registry;
    private final List<Column<T>> columns = new ArrayList<>();
    private final Map<Tags, Row<T>> rows = new HashMap<>();

    Rows(MeterRegistry registry) {
        this.registry = registry;
    }

    private record Column<T>(String name, String description, boolean counts, ToDoubleFunction<T> value) {}

    private record Row<T>(AtomicReference<T> newest, List<Meter> meters) {}

    /** A value that goes up and down. */
    Rows<T> gauge(String name, String description, ToDoubleFunction<T> value) {
        columns.add(new Column<>(name, description, false, value));
        return this;
    }

    /** A value that only grows while the row is there. */
    Rows<T> counter(String name, String description, ToDoubleFunction<T> value) {
        columns.add(new Column<>(name, description, true, value));
        return this;
    }

    /** From now on there are these rows. */
    void update(Map<Tags, T> present) {
        rows.entrySet().removeIf(row -> {
            if (present.containsKey(row.getKey())) {
                return false;
            }
            row.getValue().meters().forEach(registry::remove);
            return true;
        });
        present.forEach((tags, value) -> {
            Row<T> row = rows.get(tags);
            if (row == null) {
                rows.put(tags, added(tags, value));
            } else {
                row.newest().set(value);
            }
        });
    }

    private Row<T> added(Tags tags, T value) {
        AtomicReference<T> newest = new AtomicReference<>(value);
        List<Meter> meters = new ArrayList<>();
        for (Column<T> column : columns) {
            ToDoubleFunction<AtomicReference<T>> read = holder -> column.value().applyAsDouble(holder.get());
            meters.add(
                    column.counts()
                            ? FunctionCounter.builder(column.name(), newest, read)
                                    .description(column.description())
                                    .tags(tags)
                                    .register(registry)
                            : Gauge.builder(column.name(), newest, read)
                                    .description(column.description())
                                    .tags(tags)
                                    .register(registry));
        }
        return new Row<>(newest, meters);
    }
}
