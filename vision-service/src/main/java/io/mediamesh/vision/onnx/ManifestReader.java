package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.mesh.Spelling;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The keys of a part of a manifest, each of which is asked for once; what nobody asks for is a mistake. */
final class ManifestReader {
    private final String name;
    private final String prefix;
    private final Map<?, ?> values;
    private final Set<String> known = new LinkedHashSet<>();

    private ManifestReader(String name, String prefix, Map<?, ?> values) {
        this.name = name;
        this.prefix = prefix;
        this.values = values;
    }

    static ManifestReader of(String yaml, String name) {
        Object content;
        try {
            content = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        } catch (YAMLException broken) {
            throw MeshException.invalid(
                    "manifest",
                    "the manifest " + name + " is no YAML: "
                            + String.valueOf(broken.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse(""));
        }
        return switch (content) {
            case null -> new ManifestReader(name, "", Map.of());
            case Map<?, ?> keys -> new ManifestReader(name, "", keys);
            default -> throw MeshException.invalid("manifest", "the manifest " + name + " has no keys");
        };
    }

    ManifestReader under(String key) {
        known.add(key);
        return switch (values.get(key)) {
            case null -> new ManifestReader(name, key + ".", Map.of());
            case Map<?, ?> keys -> new ManifestReader(name, key + ".", keys);
            default -> throw wrong(key, "keys below it");
        };
    }

    Optional<String> text(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key)).map(String::valueOf).map(String::strip);
    }

    List<String> texts(String key) {
        known.add(key);
        return switch (values.get(key)) {
            case null -> List.of();
            case List<?> items -> items.stream().map(String::valueOf).toList();
            default -> throw wrong(key, "a list, for example [person, car]");
        };
    }

    Optional<String> word(String key, List<String> allowed) {
        Optional<String> word = text(key).map(given -> given.toLowerCase(Locale.ROOT));
        if (word.isPresent() && !allowed.contains(word.get())) {
            throw wrong(key, "one of " + String.join(", ", allowed));
        }
        return word;
    }

    <E extends Enum<E>> Optional<E> choice(String key, E[] allowed) {
        Optional<String> word =
                word(key, Arrays.stream(allowed).map(ManifestReader::word).toList());
        return word.flatMap(given ->
                Arrays.stream(allowed).filter(each -> word(each).equals(given)).findFirst());
    }

    /** How a choice is written in manifests. */
    static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    OptionalInt whole(String key, int min, int max) {
        known.add(key);
        return switch (values.get(key)) {
            case null -> OptionalInt.empty();
            case Integer number when number >= min && number <= max -> OptionalInt.of(number);
            default -> throw wrong(key, "a whole number from " + min + " to " + max);
        };
    }

    OptionalDouble number(String key, double min, double max) {
        known.add(key);
        return switch (values.get(key)) {
            case null -> OptionalDouble.empty();
            case Number number
            when number.doubleValue() >= min && number.doubleValue() <= max -> OptionalDouble.of(number.doubleValue());
            default -> throw wrong(key, "a number from " + min + " to " + max);
        };
    }

    /** A number for each colour, or one for all. */
    Optional<List<Double>> three(String key) {
        known.add(key);
        Supplier<MeshException> wrong = () -> wrong(key, "a number, or a list of three");
        List<Double> numbers =
                switch (values.get(key)) {
                    case null -> List.of();
                    case Number one -> List.of(one.doubleValue(), one.doubleValue(), one.doubleValue());
                    case List<?> items
                    when items.size() == 3 && items.stream().allMatch(Number.class::isInstance) ->
                        items.stream()
                                .map(item -> ((Number) item).doubleValue())
                                .toList();
                    default -> throw wrong.get();
                };
        if (numbers.stream().anyMatch(number -> !Double.isFinite(number))
                || (key.equals("deviation") && numbers.contains(0.0))) {
            throw wrong.get();
        }
        return numbers.isEmpty() ? Optional.empty() : Optional.of(numbers);
    }

    void checkAllKnown() {
        for (Object key : values.keySet()) {
            String given = String.valueOf(key);
            if (!known.contains(given)) {
                throw MeshException.invalid(
                        "manifest",
                        "the manifest " + name + " has the unknown key " + Quoted.of(prefix + given)
                                + Spelling.nearest(given, known)
                                        .map(near -> "; " + prefix + near + " may be meant")
                                        .orElse(""));
            }
        }
    }

    private MeshException wrong(String key, String allowed) {
        return MeshException.invalid(
                "manifest",
                "the manifest " + name + " says " + prefix + key + ": " + Quoted.of(String.valueOf(values.get(key)))
                        + ", and it must be " + allowed);
    }
}
