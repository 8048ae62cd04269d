package io.mediamesh.mesh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A map of the whole mesh that times what is done with it: when the cluster is slow, this is where it shows first.
 * Operations on one entry and those that read the whole map, which grow with it, are timed apart.
 */
final class SharedMap {
    private static final String METRIC = "mediamesh.map";

    private final AsyncMap<String, String> map;
    private final Timer one;
    private final Timer all;
    private final Timer failed;

    private SharedMap(AsyncMap<String, String> map, MeterRegistry meters, String label) {
        this.map = map;
        this.one = timer(meters, label, "entry");
        this.all = timer(meters, label, "scan");
        this.failed = timer(meters, label, "failed");
    }

    private static Timer timer(MeterRegistry meters, String label, String operation) {
        return Timer.builder(METRIC)
                .description("Operations on the maps of the mesh")
                .tag("map", label)
                .tag("operation", operation)
                .register(meters);
    }

    /**
     * Opens one.
     *
     * @param label its name in {@code mediamesh_map_seconds}; the map is called {@code mediamesh.} and this
     */
    static Future<SharedMap> open(Vertx vertx, MeterRegistry meters, String label) {
        return vertx.sharedData()
                .<String, String>getAsyncMap("mediamesh." + label)
                .map(map -> new SharedMap(map, meters, label));
    }

    Future<@Nullable String> get(String key) {
        return timed(one, () -> map.get(key));
    }

    Future<Void> put(String key, String value) {
        return timed(one, () -> map.put(key, value));
    }

    /** Gives what was there; null where nothing was, and the value is put. */
    Future<@Nullable String> putIfAbsent(String key, String value) {
        return timed(one, () -> map.putIfAbsent(key, value));
    }

    Future<Boolean> replaceIfPresent(String key, String expected, String value) {
        return timed(one, () -> map.replaceIfPresent(key, expected, value));
    }

    Future<@Nullable String> remove(String key) {
        return timed(one, () -> map.remove(key));
    }

    Future<List<String>> values() {
        return timed(all, map::values);
    }

    Future<Set<String>> keys() {
        return timed(all, map::keys);
    }

    Future<Map<String, String>> entries() {
        return timed(all, map::entries);
    }

    private <T extends @Nullable Object> Future<T> timed(Timer timer, Supplier<Future<T>> operation) {
        long began = System.nanoTime();
        return operation.get().onComplete(done -> (done.succeeded() ? timer : failed)
                .record(System.nanoTime() - began, TimeUnit.NANOSECONDS));
    }
}
