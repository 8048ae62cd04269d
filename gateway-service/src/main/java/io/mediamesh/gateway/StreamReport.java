package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.TopicStats;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What clients see of a stream: its description without credentials, and how it is doing. */
final class StreamReport {
    private final Mesh mesh;

    StreamReport(Mesh mesh) {
        this.mesh = mesh;
    }

    Future<JsonObject> of(StreamDescription stream) {
        return of(List.of(stream)).map(List::getFirst);
    }

    Future<List<JsonObject>> of(List<StreamDescription> streams) {
        if (streams.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        List<Future<StreamStatus>> statuses = streams.stream()
                .map(stream -> mesh.directory().status(stream.id()))
                .toList();
        return mesh.topics().compose(topics -> Future.all(statuses).map(all -> {
            Map<StreamId, List<TopicStats>> active =
                    topics.stream().collect(Collectors.groupingBy(stats -> stats.topic().stream()));
            List<JsonObject> reports = new ArrayList<>();
            for (int index = 0; index < streams.size(); index++) {
                StreamDescription stream = streams.get(index);
                reports.add(report(stream, statuses.get(index).result(), active.getOrDefault(stream.id(), List.of())));
            }
            return reports;
        }));
    }

    private JsonObject report(StreamDescription stream, StreamStatus status, List<TopicStats> active) {
        JsonObject labels = new JsonObject();
        new TreeMap<>(stream.labels()).forEach(labels::put);
        Optional<TopicStats> source = active.stream()
                .filter(stats -> stats.topic().kind().equals(Topic.VIDEO)
                        || stats.topic().kind().equals(Topic.AUDIO))
                .max(Comparator.comparing(stats -> stats.topic().kind()));
        return new JsonObject()
                .put("id", stream.id().value())
                .put(
                        "source",
                        new JsonObject().put("url", stream.url().masked()).put("loop", stream.loop()))
                .put("labels", labels)
                .put("state", status.state().word())
                .put("reason", reason(status))
                .put("since", status.sinceUnixMillis() == 0 ? null : BigDecimal.valueOf(status.sinceUnixMillis(), 3))
                .put("video", status.video().map(StreamReport::video).orElse(null))
                .put("audio", status.audio().map(StreamReport::audio).orElse(null))
                .put("topics", kinds(stream))
                .put(
                        "subscribers",
                        active.stream().mapToInt(TopicStats::subscribers).sum())
                .put(
                        "last_frame_age_seconds",
                        source.map(StreamReport::ageSeconds).orElse(null))
                .put(
                        "node",
                        source.map(TopicStats::memberId)
                                // A pushed stream is there even while nobody watches.
                                .or(() -> Optional.of(stream.home()).filter(home -> !home.isEmpty()))
                                .map(this::nodeName)
                                .orElse(null));
    }

    private String reason(StreamStatus status) {
        boolean served =
                mesh.members().stream().anyMatch(member -> member.kinds().contains(Topic.VIDEO));
        return status.reason().isEmpty() && !served ? "no ingest service is there to open the source" : status.reason();
    }

    private String nodeName(String memberId) {
        return mesh.members().stream()
                .filter(member -> member.id().equals(memberId))
                .map(Member::name)
                .findFirst()
                .orElse(memberId);
    }

    private JsonArray kinds(StreamDescription stream) {
        TreeSet<String> kinds = new TreeSet<>();
        mesh.members().forEach(member -> kinds.addAll(member.kinds()));
        if (!Broadcasts.isBroadcast(stream)) {
            kinds.remove(Topic.HUB);
        }
        return new JsonArray(List.copyOf(kinds));
    }

    private static @Nullable Double ageSeconds(TopicStats stats) {
        return stats.lastItemAgeSeconds() < 0 ? null : Double.valueOf(stats.lastItemAgeSeconds());
    }

    private static JsonObject video(StreamStatus.Video video) {
        return new JsonObject()
                .put("width", video.widthPx())
                .put("height", video.heightPx())
                .put("fps", video.fps());
    }

    private static JsonObject audio(StreamStatus.Audio audio) {
        return new JsonObject().put("sample_rate", audio.sampleRateHz()).put("channels", audio.channels());
    }
}
