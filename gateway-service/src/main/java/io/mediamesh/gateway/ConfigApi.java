package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.mesh.LiveKitAccess;
import io.mediamesh.mesh.RecordingsFolder;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Spelling;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code /api/config}: where the rooms of live sessions are and where they are recorded. What was put holds over the
 * settings, for sessions that start afterwards, and is read anew each time because another gateway may have changed it.
 */
final class ConfigApi {
    /** Stands for a secret in answers; who puts it leaves the secret as it is. */
    static final String MASK = "********";

    private static final int MOST_CHARACTERS = 1_024;

    private final LiveConfig defaults;
    private final ConfigStore store;
    private final VirtualThreads blocking;

    /** What can be set. */
    private enum Key {
        LIVEKIT_URL,
        LIVEKIT_API_KEY,
        LIVEKIT_API_SECRET,
        RECORDING_DIRECTORY;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What holds where nothing was put. */
        Setting<String> setting() {
            return switch (this) {
                case LIVEKIT_URL -> LiveKitAccess.URL;
                case LIVEKIT_API_KEY -> LiveKitAccess.API_KEY;
                case LIVEKIT_API_SECRET -> LiveKitAccess.API_SECRET;
                case RECORDING_DIRECTORY -> RecordingsFolder.DIRECTORY;
            };
        }
    }

    ConfigApi(LiveConfig defaults, ConfigStore store, VirtualThreads blocking) {
        this.defaults = defaults;
        this.store = store;
        this.blocking = blocking;
    }

    /** {@code GET /api/config}. */
    void get(RoutingContext context) {
        values().onSuccess(values -> answer(context, values)).onFailure(context::fail);
    }

    /** {@code PUT /api/config}. */
    void put(RoutingContext context, JsonObject body) {
        Map<String, String> changes = new TreeMap<>();
        for (Key key : Key.values()) {
            if (body.containsKey(key.word())) {
                String text = checked(key, body.getString(key.word()).strip());
                if (!(key.setting().secret() && text.equals(MASK))) {
                    changes.put(key.word(), text);
                }
            }
        }
        blocking.call(() -> {
                    store.put(changes);
                    return changes;
                })
                .compose(stored -> values())
                .onSuccess(values -> answer(context, values))
                .onFailure(context::fail);
    }

    /** Says what an unknown key was probably meant to be, which the contract can't. */
    void checkKeys(RoutingContext context) {
        List<String> known = Arrays.stream(Key.values()).map(Key::word).toList();
        try {
            JsonObject body = context.body().asJsonObject();
            if (body != null) {
                body.fieldNames().stream().filter(name -> !known.contains(name)).forEach(name -> {
                    throw MeshException.invalid(
                            name,
                            "there is no setting " + Quoted.of(name) + "; did you mean "
                                    + Spelling.nearest(name, known).orElseThrow() + "? Known are "
                                    + String.join(", ", known));
                });
            }
        } catch (DecodeException | ClassCastException notAnObject) {
            // The contract says so.
        }
        context.next();
    }

    /** The server of sessions that start now; fails with {@link FailureCode#UPSTREAM} naming what is missing. */
    Future<LiveKitServer> server() {
        return values().map(values -> {
            String url = required(values, Key.LIVEKIT_URL);
            String apiKey = required(values, Key.LIVEKIT_API_KEY);
            return new LiveKitServer(
                    LiveKitAccess.Server.parse(url)
                            .orElseThrow(() -> new MeshException(
                                    FailureCode.UPSTREAM,
                                    Key.LIVEKIT_URL.word() + " is not " + LiveKitAccess.URL_RULE)),
                    apiKey,
                    required(values, Key.LIVEKIT_API_SECRET));
        });
    }

    /** Where recordings that start now are put, below the root of the recorder and with '/' between names. */
    Future<String> recordingDirectory() {
        return values().map(values -> {
            String given = values.getOrDefault(Key.RECORDING_DIRECTORY.word(), "");
            Path path = Path.of(given);
            return path.isAbsolute()
                    ? defaults.recordings().relativize(path.normalize()).toString()
                    : given;
        });
    }

    private Future<Map<String, String>> values() {
        return blocking.call(() -> {
            Map<String, String> values = new TreeMap<>(Map.of(
                    Key.LIVEKIT_URL.word(), defaults.url(),
                    Key.LIVEKIT_API_KEY.word(), defaults.access().apiKey(),
                    Key.LIVEKIT_API_SECRET.word(), defaults.access().apiSecret()));
            values.putAll(store.all());
            return values;
        });
    }

    private static void answer(RoutingContext context, Map<String, String> values) {
        JsonObject json = new JsonObject();
        for (Key key : Key.values()) {
            String value = values.getOrDefault(key.word(), "");
            json.put(key.word(), key.setting().secret() && !value.isEmpty() ? MASK : value);
        }
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        context.json(json);
    }

    private static String required(Map<String, String> values, Key key) {
        return Optional.ofNullable(values.get(key.word()))
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> new MeshException(
                        FailureCode.UPSTREAM,
                        "the LiveKit server can't be used: " + key.word()
                                + " is missing; set it with PUT /api/config, in"
                                + " the environment with " + key.setting().alias() + " or with the setting "
                                + key.setting().key()));
    }

    private String checked(Key key, String text) {
        if (text.length() > MOST_CHARACTERS || text.chars().anyMatch(Character::isISOControl)) {
            throw MeshException.invalid(
                    key.word(),
                    key.word() + " must have at most " + MOST_CHARACTERS + " characters, no control characters");
        }
        return switch (key) {
            case LIVEKIT_URL -> {
                if (!text.isEmpty() && LiveKitAccess.Server.parse(text).isEmpty()) {
                    throw MeshException.invalid(key.word(), key.word() + " must be " + LiveKitAccess.URL_RULE);
                }
                yield text;
            }
            case LIVEKIT_API_KEY, LIVEKIT_API_SECRET -> text;
            case RECORDING_DIRECTORY -> directory(key, text);
        };
    }

    /** Whether it can be written to is for the recorder to say. */
    private String directory(Key key, String text) {
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException impossible) {
            throw outside(key);
        }
        for (Path name : path) {
            if (name.toString().equals("..")) {
                throw outside(key);
            }
        }
        if (path.isAbsolute() && !path.normalize().startsWith(defaults.recordings())) {
            throw outside(key);
        }
        return path.normalize().toString();
    }

    private MeshException outside(Key key) {
        return MeshException.invalid(
                key.word(),
                key.word() + " must lie in the folder of the recordings, " + defaults.recordings() + " (the setting "
                        + key.setting().key() + "), or be relative to it, without ..");
    }
}
