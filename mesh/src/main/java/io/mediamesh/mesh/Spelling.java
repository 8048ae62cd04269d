package io.mediamesh.mesh;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant who wrote an unknown name. */
public final class Spelling {
    private Spelling() {}

    /** The one of the known names that is most like this one, whatever the case of its letters. */
    public static Optional<String> nearest(String name, Collection<String> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return known.stream().min(Comparator.comparingInt(each -> distance(wanted, each.toLowerCase(Locale.ROOT))));
    }

    /** Edit distance with insertions, deletions and substitutions at cost 1 (Wagner and Fischer, 1974). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int column = 0; column <= b.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= a.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= b.length(); column++) {
                int substituted = diagonal + (a.charAt(line - 1) == b.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(substituted, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
