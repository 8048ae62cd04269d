package io.mediamesh.ingest.webrtc;

import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Answer;
import io.mediamesh.contracts.PeerProtocol.Connection;
import io.mediamesh.contracts.PeerProtocol.Request;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.ingest.IngestService;
import io.mediamesh.ingest.NoCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** An ingest service in a mesh of its own, asked over the event bus as gateways do. */
@Tag("slow")
abstract class PeersFixture {
    static final StreamId PHONE = new StreamId("phone");
    final Vertx vertx = Vertx.vertx();
    final IngestService service = new IngestService();
    Mesh mesh;

    @BeforeEach
    void start() {
        mesh = Await.result(TestMesh.local(vertx, NoCodec.INSTANCE, Set.of(Topic.VIDEO, Topic.AUDIO, Topic.INTENSITY)));
        Await.result(service.start(
                mesh,
                Settings.of(
                        service.settings(), Map.of("intensity.frame_timeout", "1s", "webrtc.connect_timeout", "1s"))));
        Await.result(mesh.offer(Set.of(Topic.INTENSITY), this::measure));
    }

    @AfterEach
    void stop() {
        Await.result(service.stop());
        Await.result(vertx.close());
    }

    /** What the vision service does, in short. */
    Future<io.mediamesh.mesh.Producer> measure(Publisher publisher) {
        return mesh.subscribe(publisher.topic().sibling(Topic.VIDEO), SubscribeOptions.latest("intensity"))
                .map(video -> {
                    video.handler(delivery -> {
                        if (delivery instanceof Delivery.Data data
                                && data.item().payload() instanceof VideoFrame frame) {
                            double mean = frame.picture(NoCodec.INSTANCE).meanLuma();
                            publisher.publish(data.item().stamp(), new Intensity(mean, mean, 1));
                        } else if (delivery instanceof Delivery.Changed changed
                                && changed.state() == SubscriptionState.ENDED) {
                            publisher.end(changed.reason());
                        }
                    });
                    return video::close;
                });
    }

    Future<JsonObject> ask(Request request) {
        return vertx.eventBus()
                .<JsonObject>request(PeerProtocol.addressOf(mesh.memberId()), request.toJson())
                .map(Message::body);
    }

    Answer publish(RtcClient client, Signalling signalling) {
        Answer answer = Answer.ofJson(
                Await.result(ask(new PeerProtocol.Publish(PHONE, signalling, client.offer(), "token", Map.of()))));
        client.accept(answer.sdp());
        return answer;
    }

    MeshException refusal(Request request) {
        return MeshException.ofReply(Await.failure(ask(request)));
    }

    List<Connection> connections() {
        return PeerProtocol.connectionsOf(Await.result(ask(new PeerProtocol.Connections())));
    }

    List<Delivery> collect(String kind) {
        return TestMesh.collect(Await.result(mesh.subscribe(new Topic(PHONE, kind), SubscribeOptions.latest("test"))));
    }
}
