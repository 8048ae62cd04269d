package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.CountingLine;
import io.mediamesh.contracts.CountingLine.Direction;
import io.mediamesh.contracts.ObjectEvent.AtLine;
import io.mediamesh.contracts.ObjectEvent.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who crosses a line. An object has changed sides when it is further on the other side than a margin, so that one that
 * stands on the line is counted once; and it has crossed the line if the way from where it last was on the one side meets
 * it, and does not lead past its ends. Not thread-safe.
 */
final class LineWatch {
    private final CountingLine line;
    /** Where each object was last for certain on one side, in shares of the frame. */
    private final Map<Long, Place> places = new HashMap<>();

    private long in;
    private long out;

    private record Place(double x, double y, boolean right) {}

    LineWatch(CountingLine line) {
        this.line = line;
    }

    CountingLine line() {
        return line;
    }

    /** What comes of where an object is seen. */
    Optional<Happening> look(Sight sight) {
        if (!line.classes().isEmpty() && !line.classes().contains(sight.label())) {
            return Optional.empty();
        }
        Arrow arrow = Arrow.of(line, sight.widthPx(), sight.heightPx());
        double x = sight.x(line.anchor());
        double y = sight.y(line.anchor());
        double offset = arrow.offset(x, y);
        if (Math.abs(offset) <= sight.marginPx()) {
            return Optional.empty();
        }
        Place now = new Place(x / sight.widthPx(), y / sight.heightPx(), offset > 0);
        Place before = places.put(sight.track().id(), now);
        if (before == null || before.right == now.right) {
            return Optional.empty();
        }
        Arrow way = new Arrow(before.x * sight.widthPx(), before.y * sight.heightPx(), x, y);
        return way.meets(arrow) ? Optional.of(crossed(now.right ? Direction.IN : Direction.OUT)) : Optional.empty();
    }

    private Happening crossed(Direction direction) {
        switch (direction) {
            case IN -> in++;
            case OUT -> out++;
        }
        return new Happening(Kind.CROSS, new AtLine(line.name(), direction, in, out));
    }

    /** The object is nowhere any more. */
    void gone(long object) {
        places.remove(object);
    }
}
