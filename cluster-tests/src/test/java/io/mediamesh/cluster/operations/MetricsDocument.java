package io.mediamesh.cluster.operations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The metrics that {@code docs/metrics.md} describes, and those that other files of the repository count on. */
final class MetricsDocument {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(mediamesh_[a-z0-9_]+)`( †)? \\| (gauge|counter|histogram|summary) \\|");
    private static final Pattern NAME = Pattern.compile("\\bmediamesh_[a-z0-9_]+\\b");
    /** What a histogram or summary consists of. */
    private static final Pattern PART = Pattern.compile("_(bucket|count|sum|max)$");

    private final String text;

    private MetricsDocument(String text) {
        this.text = text;
    }

    static MetricsDocument read() throws IOException {
        return new MetricsDocument(Files.readString(root().resolve("docs/metrics.md")));
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("mediamesh"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("the tests run outside of a checkout");
        }
        return folder;
    }

    /** Name and type of everything described, as {@code name type}. */
    Set<String> described() {
        return rows().map(row -> row.group(1) + " " + row.group(3)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The same without what is there only after it happened. */
    Set<String> always() {
        return rows().filter(row -> row.group(2) == null)
                .map(row -> row.group(1) + " " + row.group(3))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Stream<MatchResult> rows() {
        return ROW.matcher(text).results();
    }

    /** Names of metrics in dashboards, manifests and alerts that this document does not describe. */
    Set<String> unknownElsewhere() throws IOException {
        Set<String> known = rows().map(row -> row.group(1)).collect(Collectors.toSet());
        Set<String> unknown = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root(), 8)) {
            for (Path file : files.filter(MetricsDocument::mayName).toList()) {
                NAME.matcher(Files.readString(file))
                        .results()
                        .map(MatchResult::group)
                        .filter(name -> !known.contains(name)
                                && !known.contains(PART.matcher(name).replaceFirst("")))
                        .forEach(name -> unknown.add(root().relativize(file) + ": " + name));
            }
        }
        return unknown;
    }

    /** Configuration of other programs, none of what was built or fetched. */
    private static boolean mayName(Path file) {
        String path = root().relativize(file).toString();
        return Files.isRegularFile(file)
                && (path.endsWith(".json") || path.endsWith(".yml") || path.endsWith(".yaml"))
                && !path.endsWith("openapi.yaml")
                && Stream.of("target", "node_modules", "data", ".git")
                        .noneMatch(folder -> path.startsWith(folder + "/") || path.contains("/" + folder + "/"));
    }
}
