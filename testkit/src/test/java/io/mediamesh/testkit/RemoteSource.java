package io.mediamesh.testkit;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.ProducerFactory;
import io.mediamesh.mesh.Replies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sources that a test commands over the event bus, wherever they run: the same test then holds for a producer in the
 * same process and in another one.
 */
final class RemoteSource {
    static final int WIDTH_PX = 160;
    static final int HEIGHT_PX = 120;
    static final double LIGHT = 51;

    private static final String ADDRESS = "test.source.";

    private RemoteSource() {}

    /** Makes the sources of a node and lets them listen under the node's name. */
    static ProducerFactory serve(Mesh mesh, String nodeName) {
        Vertx vertx = mesh.vertx();
        SyntheticSource video = SyntheticSource.manual(
                vertx, index -> VideoFrame.of(SyntheticSource.squareAt(WIDTH_PX, HEIGHT_PX, index)));
        SyntheticSource events = SyntheticSource.manual(vertx, index -> new Intensity(index % 256, 0, 1));
        Map<String, Integer> starts = new ConcurrentHashMap<>();
        Map<String, Integer> stops = new ConcurrentHashMap<>();
        vertx.eventBus().<JsonObject>consumer(ADDRESS + nodeName, message -> {
            if (message.body().getString("do").equals("count")) {
                String topic = message.body().getString("topic");
                message.reply(new JsonObject()
                        .put("starts", starts.getOrDefault(topic, 0))
                        .put("stops", stops.getOrDefault(topic, 0)));
            } else {
                answer(message, message.body().getBoolean("video") ? video : events);
            }
        });
        return publisher -> {
            String topic = publisher.topic().toString();
            starts.merge(topic, 1, Integer::sum);
            SyntheticSource source = publisher.topic().kind().equals(Topic.VIDEO) ? video : events;
            return source.start(publisher)
                    .map(producer -> () -> producer.stop().onSuccess(done -> stops.merge(topic, 1, Integer::sum)));
        };
    }

    private static void answer(Message<JsonObject> message, SyntheticSource source) {
        JsonObject command = message.body();
        switch (command.getString("do")) {
            case "emit" -> source.emit(command.getInteger("items"));
            case "emitAt" -> source.emitAt(new CaptureTime(command.getLong("nanos"), command.getLong("nanos")));
            case "end" -> source.running().forEach(publisher -> publisher.end(command.getString("reason")));
            case "light" ->
                source.running()
                        .forEach(publisher -> publisher.publish(
                                CaptureTime.now(), VideoFrame.ofMeanLuma(WIDTH_PX, HEIGHT_PX, LIGHT)));
            case "keep" -> source.running().forEach(publisher -> publisher.keepLatest());
            case "reopen" -> source.running().forEach(publisher -> publisher.reopened());
            case "look" -> {}
            default -> {
                Replies.answer(
                        message,
                        "commands of a test",
                        () -> Future.failedFuture(MeshException.invalid("do", "there is no such command")));
                return;
            }
        }
        message.reply(new JsonObject()
                .put("pictures", source.running().stream().anyMatch(publisher -> publisher.picturesWanted()))
                .put("wanted", source.running().stream().anyMatch(publisher -> publisher.wanted())));
    }

    /** Commands the source of a node, as soon as its address is known here. */
    static JsonObject command(Mesh from, String nodeName, boolean video, JsonObject command) {
        List<JsonObject> answers = new ArrayList<>();
        Await.until("the address of the source of " + nodeName, () -> {
            try {
                answers.add(Await.result(from.vertx()
                        .eventBus()
                        .<JsonObject>request(ADDRESS + nodeName, command.put("video", video))
                        .map(Message::body)));
                return true;
            } catch (ReplyException failed) {
                if (failed.failureType() == ReplyFailure.NO_HANDLERS) {
                    return false;
                }
                throw failed;
            }
        });
        return answers.getFirst();
    }
}
