package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The values of all settings of a process. Environment variables win over the file, the file over the defaults; a
 * key that no setting has stops the start and names the nearest known one. Immutable.
 */
public final class Settings {
    private static final String PREFIX = "MEDIAMESH_";

    private final Map<String, Setting<?>> known;
    private final Map<String, String> given;

    private Settings(Map<String, Setting<?>> known, Map<String, String> given) {
        this.known = known;
        this.given = given;
    }

    /** All defaults, and these values over them; for tests and embedding. */
    public static Settings of(Collection<Setting<?>> settings, Map<String, String> values) {
        JsonObject file = new JsonObject();
        values.forEach(file::put);
        return resolve(settings, file, Map.of());
    }

    /**
     * Resolves and checks everything at once.
     *
     * @param settings every setting of the process
     * @param file the tree of {@code mediamesh.yaml}, empty where there is none
     * @param environment the environment variables; those that begin with {@code MEDIAMESH_} must name a setting
     * @throws MeshException {@link FailureCode#FATAL} with one line for each thing that is wrong
     */
    public static Settings resolve(Collection<Setting<?>> settings, JsonObject file, Map<String, String> environment) {
        return resolve(settings, Set.of(), file, environment);
    }

    /**
     * The same in a process that shares file and environment with others.
     *
     * @param others keys of settings that only other processes have: they may be set, and their values are not looked at
     */
    static Settings resolve(
            Collection<Setting<?>> settings,
            Collection<String> others,
            JsonObject file,
            Map<String, String> environment) {
        Set<String> keys = new TreeSet<>(others);
        Set<String> variables = new TreeSet<>();
        settings.forEach(setting -> keys.add(setting.key()));
        keys.forEach(key -> variables.add(Setting.environmentVariable(key)));
        Map<String, Setting<?>> known = new LinkedHashMap<>();
        for (Setting<?> setting : settings) {
            known.put(setting.key(), setting);
        }
        Map<String, String> given = new TreeMap<>();
        StringBuilder wrong = new StringBuilder();
        Map<String, String> flat = new TreeMap<>();
        flatten("", file, flat);
        flat.forEach((key, value) -> {
            if (known.containsKey(key)) {
                given.put(key, value);
            } else if (!keys.contains(key)) {
                wrong.append("\n  unknown setting ").append(Quoted.of(key)).append(nearest(key, keys));
            }
        });
        Map<String, String> byVariable = new HashMap<>();
        known.values().forEach(setting -> byVariable.put(setting.environmentVariable(), setting.key()));
        for (Setting<?> setting : known.values()) {
            Optional.ofNullable(environment.get(setting.alias())).ifPresent(value -> given.put(setting.key(), value));
        }
        new TreeMap<>(environment).forEach((variable, value) -> {
            String key = byVariable.get(variable);
            if (key != null) {
                given.put(key, value);
            } else if (variable.startsWith(PREFIX) && !variables.contains(variable) && !RESERVED.contains(variable)) {
                wrong.append("\n  unknown environment variable ")
                        .append(variable)
                        .append(nearest(variable, variables));
            }
        });
        given.forEach((key, value) -> {
            try {
                setting(known, key).parse(value);
            } catch (MeshException bad) {
                wrong.append("\n  ").append(bad.getMessage());
            }
        });
        if (!wrong.isEmpty()) {
            throw new MeshException(FailureCode.FATAL, "the settings are not right:" + wrong);
        }
        return new Settings(known, given);
    }

    /** Variables that belong to the command and the tests, not to the settings. */
    private static final List<String> RESERVED = List.of(
            "MEDIAMESH_CONFIG",
            "MEDIAMESH_CACHE",
            "MEDIAMESH_JAVA_HOME",
            "MEDIAMESH_JAVA_OPTS",
            "MEDIAMESH_TEST_MODELS");

    /** Whether a variable belongs to the command or the tests, and is no setting. */
    static boolean isOfCommand(String variable) {
        return RESERVED.contains(variable);
    }

    /** The value of a setting. */
    public <T> T get(Setting<T> setting) {
        if (!known.containsKey(setting.key())) {
            throw new IllegalArgumentException("the setting " + setting.key() + " was not declared by its service");
        }
        return setting.parse(given.getOrDefault(setting.key(), setting.defaultText()));
    }

    /** Whether somebody set it. */
    public boolean isGiven(Setting<?> setting) {
        return given.containsKey(setting.key());
    }

    /** Every setting, for the reference. */
    public Collection<Setting<?>> known() {
        return known.values();
    }

    private static Setting<?> setting(Map<String, Setting<?>> known, String key) {
        Setting<?> setting = known.get(key);
        if (setting == null) {
            throw new IllegalStateException(key);
        }
        return setting;
    }

    private static void flatten(String prefix, JsonObject tree, Map<String, String> into) {
        for (String name : tree.fieldNames()) {
            String key = prefix.isEmpty() ? name : prefix + "." + name;
            switch (tree.getValue(name)) {
                case JsonObject child -> flatten(key, child, into);
                case JsonArray list ->
                    into.put(key, list.stream().map(String::valueOf).collect(Collectors.joining(",")));
                case null -> into.put(key, "");
                case Object value -> into.put(key, String.valueOf(value));
            }
        }
    }

    private static String nearest(String key, Collection<String> candidates) {
        return Spelling.nearest(key, candidates)
                .map(best -> "; did you mean " + best + "?")
                .orElse("");
    }
}
