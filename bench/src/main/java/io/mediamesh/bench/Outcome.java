package io.mediamesh.bench;

import java.util.List;

/**
 * What a benchmark found.
 *
 * @param figures the numbers
 * @param notes what one must know to read them
 */
record Outcome(List<Figure> figures, List<String> notes) {
    /** Copies the lists. */
    Outcome {
        figures = List.copyOf(figures);
        notes = List.copyOf(notes);
    }

    /** Whether every goal is reached. */
    boolean isMet() {
        return figures.stream().allMatch(Figure::isMet);
    }
}
