package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * The kinds of analysis that are offered: those that {@link ServiceLoader} finds, so that one more is a class and a line
 * in {@code META-INF/services}.
 */
final class AnalyserKinds {
    private static final double MOST_HZ = 1000;

    private final Map<String, AnalyserKind> byType = new LinkedHashMap<>();
    private final Map<String, Setting<Double>> rates = new LinkedHashMap<>();

    AnalyserKinds(Iterable<AnalyserKind> kinds) {
        for (AnalyserKind kind : kinds) {
            AnalyserKind other = byType.put(kind.type(), kind);
            if (other != null) {
                throw new IllegalStateException("the analysis " + kind.type() + " is offered by "
                        + other.getClass().getName() + " and by "
                        + kind.getClass().getName());
            }
            rates.put(
                    kind.type(),
                    Setting.number(
                            "audio." + kind.type() + ".rate",
                            kind.defaultRateHz(),
                            0,
                            MOST_HZ,
                            "Results of " + kind.type()
                                    + " a second and stream, at most; 0 for as many as there are."));
        }
    }

    /** What lies on the class path. */
    static AnalyserKinds installed() {
        return new AnalyserKinds(ServiceLoader.load(AnalyserKind.class));
    }

    Set<String> types() {
        return Set.copyOf(byType.keySet());
    }

    Optional<AnalyserKind> kind(String type) {
        return Optional.ofNullable(byType.get(type));
    }

    /** The setting of how often results come. */
    Setting<Double> rate(AnalyserKind kind) {
        return Objects.requireNonNull(rates.get(kind.type()));
    }

    /** Everything that can be set for an analysis of a stream. */
    List<Setting<?>> settings() {
        List<Setting<?>> all = new ArrayList<>();
        byType.values().forEach(kind -> {
            all.add(rate(kind));
            all.addAll(kind.settings());
        });
        return all;
    }
}
