package io.mediamesh.gateway;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.gateway.EventCountStore.Count;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Tells what objects did in a stream over time. */
final class AnalyticsApi {
    private static final Map<String, Long> BUCKET_MINUTES = buckets();
    private static final String DEFAULT_BUCKET = "1h";
    private static final long DEFAULT_RANGE_SECONDS = TimeUnit.DAYS.toSeconds(1);
    private static final long LAST_SECOND = 253_402_300_799L;
    private static final int MOST_BUCKETS = 2_000;
    private static final long MINUTE_SECONDS = 60;

    private final Mesh mesh;
    private final EventCounts counts;

    AnalyticsApi(Mesh mesh, EventCounts counts) {
        this.mesh = mesh;
        this.counts = counts;
    }

    private static Map<String, Long> buckets() {
        Map<String, Long> minutes = new LinkedHashMap<>();
        minutes.put("1m", 1L);
        minutes.put("5m", 5L);
        minutes.put("15m", 15L);
        minutes.put("1h", 60L);
        minutes.put("1d", 1440L);
        return minutes;
    }

    /** {@code GET /api/v1/streams/{id}/analytics}. */
    void get(RoutingContext context) {
        StreamId stream = new StreamId(context.pathParam("id"));
        String bucket = text(context, "bucket", DEFAULT_BUCKET);
        Long bucketMinutes = BUCKET_MINUTES.get(bucket);
        if (bucketMinutes == null) {
            throw MeshException.invalid(
                    "bucket",
                    "bucket must be one of " + String.join(", ", BUCKET_MINUTES.keySet()) + ", not "
                            + Quoted.of(bucket));
        }
        long bucketSeconds = bucketMinutes * MINUTE_SECONDS;
        long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        // What is just happening belongs to the last second of the last bucket.
        long to = seconds(context, "to", now + 1);
        long from = seconds(context, "from", Math.max(0, to - DEFAULT_RANGE_SECONDS));
        if (from >= to) {
            throw MeshException.invalid("from", "from must lie before to");
        }
        long first = from / bucketSeconds;
        long end = Math.ceilDiv(to, bucketSeconds);
        if (end - first > MOST_BUCKETS) {
            throw MeshException.invalid(
                    "bucket",
                    "between from and to there are " + (end - first) + " buckets of " + bucket + "; the limit is "
                            + MOST_BUCKETS);
        }
        StreamsApi.existing(mesh, stream)
                .compose(known -> mesh.directory().configuration(stream, DetectionRules.PART))
                .compose(rules -> counts.read(stream, first * bucketMinutes, end * bucketMinutes, bucketMinutes)
                        .map(counted -> new JsonObject()
                                .put("stream", stream.value())
                                .put("from", first * bucketSeconds)
                                .put("to", end * bucketSeconds)
                                .put("bucket_seconds", bucketSeconds)
                                .put(
                                        "counting",
                                        rules.map(json -> json.getBoolean("analytics", false))
                                                .orElse(false))
                                .put("buckets", buckets(counted, bucketSeconds))))
                .onSuccess(answer -> {
                    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    context.json(answer);
                })
                .onFailure(context::fail);
    }

    /** Counts are in the order of their buckets. */
    private static JsonArray buckets(List<Count> counts, long bucketSeconds) {
        Map<Long, JsonObject> buckets = new LinkedHashMap<>();
        for (Count count : counts) {
            JsonObject bucket = buckets.computeIfAbsent(count.bucket(), number -> new JsonObject()
                    .put("start", number * bucketSeconds)
                    .put("objects", new JsonObject())
                    .put("zones", new JsonObject())
                    .put("lines", new JsonObject()));
            switch (count.happening()) {
                case "new" -> bucket.getJsonObject("objects").put(count.label(), count.amount());
                case "in", "out" -> at(bucket.getJsonObject("lines"), count).put(count.happening(), count.amount());
                default -> at(bucket.getJsonObject("zones"), count).put(count.happening(), count.amount());
            }
        }
        return new JsonArray(List.copyOf(buckets.values()));
    }

    private static JsonObject at(JsonObject places, Count count) {
        return child(child(places, count.place()), count.label());
    }

    private static JsonObject child(JsonObject parent, String name) {
        if (!parent.containsKey(name)) {
            parent.put(name, new JsonObject());
        }
        return parent.getJsonObject(name);
    }

    private static String text(RoutingContext context, String name, String defaultValue) {
        String value = context.queryParams().get(name);
        return value == null ? defaultValue : value;
    }

    private static long seconds(RoutingContext context, String name, long defaultValue) {
        String text = text(context, name, "");
        if (text.isEmpty()) {
            return defaultValue;
        }
        try {
            long seconds = text.matches("\\d{1,12}(\\.\\d{1,9})?")
                    ? (long) Double.parseDouble(text)
                    : Instant.parse(text).getEpochSecond();
            if (seconds >= 0 && seconds <= LAST_SECOND) {
                return seconds;
            }
        } catch (DateTimeException noTime) {
            // told below
        }
        throw MeshException.invalid(
                name, name + " must be Unix seconds or a time such as 2026-11-22T08:30:00Z, not " + Quoted.of(text));
    }
}
