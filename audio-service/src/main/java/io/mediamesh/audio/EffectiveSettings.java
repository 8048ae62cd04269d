package io.mediamesh.audio;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which settings hold for the analyses of a stream: those changed for the stream weigh most, then those that it came
 * with, then those changed for all streams, then those of the process.
 */
final class EffectiveSettings {
    private final Mesh mesh;
    private final Settings base;
    private final AnalyserKinds kinds;
    private final SettingChanges changes;
    private final Map<String, Setting<?>> known = new LinkedHashMap<>();

    EffectiveSettings(Mesh mesh, Settings base, AnalyserKinds kinds, SettingChanges changes) {
        this.mesh = mesh;
        this.base = base;
        this.kinds = kinds;
        this.changes = changes;
        kinds.settings().forEach(setting -> known.put(setting.key(), setting));
    }

    Future<LayeredSettings> of(Optional<StreamId> stream) {
        return changes.of(Optional.empty()).compose(forAll -> {
            if (stream.isEmpty()) {
                return Future.succeededFuture(new LayeredSettings(base, List.of(forAll)));
            }
            return changes.of(stream).compose(own -> mesh.directory()
                    .get(stream.get())
                    .map(described -> new LayeredSettings(
                            base,
                            List.of(
                                    own,
                                    described.map(StreamDescription::settings).orElse(Map.of()),
                                    forAll))));
        });
    }

    /** Checks all values together, and changes them at all members if they are right. */
    Future<Void> change(Optional<StreamId> stream, Map<String, String> values) {
        values.forEach((key, text) -> {
            Setting<?> setting = known.get(key);
            if (setting == null) {
                throw MeshException.invalid(
                        key,
                        "there is no setting " + key + " of the analyses; there are "
                                + String.join(", ", known.keySet()));
            }
            if (!text.isEmpty()) {
                setting.parse(text);
            }
        });
        return of(stream).compose(present -> {
            LayeredSettings next = with(present, values);
            // What does not go together is refused by the kind itself.
            for (String type : kinds.types()) {
                kinds.kind(type).ifPresent(kind -> kind.open(next.forKind(kinds.rate(kind))));
            }
            return changes.change(stream, values);
        });
    }

    private static LayeredSettings with(LayeredSettings present, Map<String, String> values) {
        Map<String, String> given = values.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        List<Map<String, String>> layers = new ArrayList<>(present.layers());
        layers.addFirst(given);
        return new LayeredSettings(present.base(), layers);
    }

    /** The answer of {@link io.mediamesh.contracts.AudioProtocol.ShowSettings}. */
    Future<JsonObject> show(Optional<StreamId> stream) {
        return of(stream).compose(holding -> changes.of(stream).map(changed -> {
            JsonObject values = new JsonObject();
            JsonArray described = new JsonArray();
            known.values().forEach(setting -> {
                values.put(setting.key(), String.valueOf(holding.get(setting)));
                described.add(new JsonObject()
                        .put("key", setting.key())
                        .put("kind", setting.kind())
                        .put("default", setting.defaultText())
                        .put("description", setting.description()));
            });
            JsonObject own = new JsonObject();
            changed.forEach(own::put);
            return new JsonObject().put("values", values).put("changed", own).put("known", described);
        }));
    }
}
