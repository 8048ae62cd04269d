package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.Tracks;
import io.mediamesh.contracts.TracksProtocol;
import io.mediamesh.contracts.TracksProtocol.Followed;
import io.mediamesh.contracts.TracksProtocol.Request;
import io.mediamesh.mesh.Replies;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracksApiTest {
    private static final String PATH = "/api/v1/streams/cam1/tracks";
    private static final Track TRACK =
            Track.of(7, new Region(0, 10, 20, 40, 60, 25, 40, 900, List.of(new Track.Point(10, 20))));

    private static RunningGateway gateway;
    private static SyntheticSource tracks;
    private static MessageConsumer<JsonObject> member;
    private static final List<Request> asked = new CopyOnWriteArrayList<>();
    private static volatile Optional<MeshException> refusal = Optional.empty();
    private static volatile int runningWhenAsked;

    @BeforeAll
    static void start(@TempDir Path directory) {
        gateway = RunningGateway.offering(Set.of(Topic.VIDEO, Topic.ANNOTATED, Topic.INTENSITY, Topic.TRACKS));
        gateway.serve(directory, Map.of()).withStream("cam1");
        tracks = SyntheticSource.manual(gateway.vertx, index -> new Tracks(index, 320, 240, List.of(TRACK)));
        Await.result(gateway.mesh.offer(Set.of(Topic.TRACKS), tracks));
        member = gateway.vertx
                .eventBus()
                .consumer(
                        TracksProtocol.addressOf(RunningGateway.SELF),
                        message -> Replies.answer(message, "requests", () -> answer(Request.ofJson(message.body()))));
        Await.result(member.completion());
    }

    private static Future<JsonObject> answer(Request request) {
        asked.add(request);
        runningWhenAsked = tracks.running().size();
        return refusal.<Future<JsonObject>>map(Future::failedFuture)
                .orElseGet(() -> Future.succeededFuture(
                        request instanceof TracksProtocol.End
                                ? new JsonObject()
                                : new Followed(List.of(TRACK)).toJson()));
    }

    @AfterAll
    static void stop() {
        Await.result(member.unregister());
        gateway.close();
    }

    @BeforeEach
    void forget() {
        asked.clear();
        refusal = Optional.empty();
    }

    private static HttpResponse<String> post(String body) {
        return gateway.send("POST", PATH, body, "Content-Type", "application/json");
    }

    private static void assertError(HttpResponse<String> response, int status, String field) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(RunningGateway.json(response).getString("error")).isNotBlank();
        assertThat(RunningGateway.json(response).getString("field", "")).startsWith(field);
    }

    @Test
    void boxesAreMarkedAtTheProducerOfTheTopicWhichRunsMeanwhile() {
        HttpResponse<String> response = post("{\"boxes\":[[10,20,40.5,60],[1,2,30,40]]}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(RunningGateway.json(response))
                .isEqualTo(new JsonObject("{\"tracks\":[" + TRACK.toJson().encode() + "],\"count\":1}"));
        assertThat(response.headers().firstValue("Location")).contains(PATH);
        assertThat(asked).hasSize(1).first().isInstanceOfSatisfying(TracksProtocol.Mark.class, mark -> {
            assertThat(mark.stream().value()).isEqualTo("cam1");
            assertThat(mark.boxes()).hasSize(2);
            assertThat(mark.boxes().getFirst().x2()).isEqualTo(40.5);
        });
        assertThat(runningWhenAsked).isEqualTo(1);
        Await.until("nothing is left running", () -> tracks.running().isEmpty());
    }

    @Test
    void tracksAreListedAndEndedWithoutOpeningAnything() {
        int before = tracks.starts();
        HttpResponse<String> list = gateway.get(PATH);
        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(RunningGateway.json(list).getInteger("count")).isEqualTo(1);

        assertThat(gateway.send("DELETE", PATH + "/7", "").statusCode()).isEqualTo(204);
        assertThat(gateway.send("DELETE", PATH, "").statusCode()).isEqualTo(204);
        assertThat(asked.subList(1, 3))
                .extracting(request -> ((TracksProtocol.End) request).track())
                .containsExactly(Optional.of(7L), Optional.empty());
        assertThat(tracks.starts()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"boxes\":[]}",
                "{\"boxes\":[[1,2,3]]}",
                "{\"boxes\":[[1,2,3,4,5]]}",
                "{\"boxes\":[[1,2,3,\"4\"]]}",
                "{\"boxes\":[[1,2,3,null]]}",
                "{\"boxes\":[[1,2,3,NaN]]}",
                "{\"boxes\":[[1,2,3,1e999]]}",
                "{\"boxes\":{\"x\":1}}",
                "{\"boxes\":[[1,2,30,40]],\"more\":1}",
                "not JSON"
            })
    void badBodiesAreRefusedBeforeAnybodyIsAsked(String body) {
        assertError(post(body), 400, "");
        assertThat(asked).isEmpty();
    }

    @Test
    void moreThanSixtyFourBoxesAreRefused() {
        String many = Collections.nCopies(65, "[1,2,30,40]").stream().collect(Collectors.joining(","));
        assertError(post("{\"boxes\":[" + many + "]}"), 400, "boxes");
        assertThat(asked).isEmpty();
    }

    @Test
    void unknownStreamsAreNotFound() {
        List<HttpResponse<String>> all = new ArrayList<>();
        String path = "/api/v1/streams/nobody/tracks";
        all.add(gateway.send("POST", path, "{\"boxes\":[[1,2,30,40]]}", "Content-Type", "application/json"));
        all.add(gateway.get(path));
        all.add(gateway.send("DELETE", path, ""));
        all.add(gateway.send("DELETE", path + "/1", ""));
        assertThat(all).allSatisfy(response -> assertError(response, 404, "id"));
        assertThat(asked).isEmpty();
    }

    @Test
    void aTrackIsNamedByANumber() {
        assertError(gateway.send("DELETE", PATH + "/seven", ""), 400, "track");
    }

    @Test
    void refusalsOfTheMemberNameTheField() {
        refusal = Optional.of(MeshException.invalid("bboxes", "box 0 encloses nothing"));
        assertError(post("{\"boxes\":[[900,900,990,990]]}"), 400, "boxes");
        refusal = Optional.of(new MeshException(FailureCode.UNAVAILABLE, "no picture"));
        HttpResponse<String> away = post("{\"boxes\":[[1,2,30,40]]}");
        assertError(away, 503, "");
        assertThat(away.headers().firstValue("Retry-After")).isPresent();
    }
}
