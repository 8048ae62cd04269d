package io.mediamesh.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures as aligned columns, for a terminal and for a Markdown code block alike. */
final class Table {
    private static final List<String> HEAD = List.of("figure", "mediamesh", "peer", "ratio", "goal", "");

    private Table() {}

    /** One line for each figure, under a heading. */
    static String of(List<Figure> figures) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        figures.forEach(figure -> rows.add(row(figure)));
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                line.append(cell).repeat(' ', widths[column] - cell.length() + 2);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static List<String> row(Figure figure) {
        return List.of(
                figure.what(),
                Figure.number(figure.value()) + " " + figure.unit(),
                figure.peer()
                        .map(peer -> Figure.number(peer.value()) + " " + figure.unit() + " (" + peer.name() + ")")
                        .orElse(""),
                figure.peer()
                        .map(peer -> String.format(Locale.ROOT, "%.2f", figure.ratio()))
                        .orElse(""),
                figure.goal().text(figure.unit()),
                figure.verdict());
    }
}
