package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.TrackingProtocol.FrameData;
import io.mediamesh.contracts.TrackingProtocol.Request;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrackingProtocolTest {
    private static final Bytes PICTURE = Bytes.takeOver(new byte[] {(byte) 0xff, (byte) 0xd8, 0, 1, 2});

    static List<Request> requests() {
        return List.of(
                new TrackingProtocol.Start("a1", List.of(new Box(1, 2.5, 30, 40), new Box(5, 5, 0, 0)), PICTURE),
                new TrackingProtocol.Frame("a1", PICTURE),
                new TrackingProtocol.End("a1"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestComesOutOfTheBusAsItWentIn(Request request) {
        assertThat(Request.ofBuffer(request.toBuffer())).isEqualTo(request);
    }

    static Stream<Buffer> nonsense() {
        return Stream.of(
                Buffer.buffer(),
                Buffer.buffer("xyz"),
                Buffer.buffer().appendInt(1000).appendString("{}"),
                Buffer.buffer().appendInt(-1).appendString("{}"),
                Buffer.buffer().appendInt(2).appendString("{}"),
                Buffer.buffer().appendInt(3).appendString("[1]"),
                Buffer.buffer().appendInt(14).appendString("{\"op\":\"start\"}"));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void whatNobodyWritesIsRefused(Buffer bytes) {
        assertThatThrownBy(() -> Request.ofBuffer(bytes))
                .isInstanceOfSatisfying(MeshException.class, refused -> assertThat(refused.code())
                        .isEqualTo(FailureCode.INVALID));
    }

    @Test
    void regionsHaveTheFormOfTheDocument() {
        FrameData data = new FrameData(0, List.of(new Region(0, 100, 150, 250, 300, 175, 225, 15000)));
        JsonObject json = new JsonObject("""
                {"frame_index": 0, "masks_detected": 1, "regions": [{"mask_index": 0,
                 "bounding_box": {"x_min": 100, "y_min": 150, "x_max": 250, "y_max": 300, "width": 150, "height": 150},
                 "centroid": {"x": 175, "y": 225}, "area_pixels": 15000}]}""");
        assertThat(data.toJson()).isEqualTo(json);
        assertThat(FrameData.ofJson(json)).isEqualTo(data);
    }

    @Test
    void anOutlineIsOneKeyMore() {
        Region bare = new Region(3, 10, 20, 31, 41, 20, 30, 221);
        Region outlined = new Region(
                3,
                10,
                20,
                31,
                41,
                20,
                30,
                221,
                List.of(new Track.Point(10, 30), new Track.Point(20, 20), new Track.Point(30, 40)));
        assertThat(outlined.toJson())
                .isEqualTo(bare.toJson().put("outline", new JsonArray("[[10, 30], [20, 20], [30, 40]]")));
        FrameData data = new FrameData(7, List.of(bare, outlined));
        assertThat(FrameData.ofJson(new JsonObject(data.toJson().encode()))).isEqualTo(data);
    }

    @Test
    void anOutlineWithoutEndIsRefused() {
        JsonArray endless = new JsonArray(Collections.nCopies(Track.MOST_POINTS + 1, JsonArray.of(1, 1)));
        JsonObject region = new Region(0, 0, 0, 9, 9, 4, 4, 81).toJson().put("outline", endless);
        assertThatThrownBy(() -> Region.ofJson(region))
                .isInstanceOfSatisfying(MeshException.class, refused -> assertThat(refused.field())
                        .contains("outline"));
    }
}
