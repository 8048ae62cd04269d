package io.mediamesh.tracking;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.TrackingProtocol.FrameData;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;

/** Asks a member as a gateway does. */
record Asking(Mesh mesh, String memberId) {
    static final Bytes PICTURE = jpeg(grey(64, 48));
    static final Box BOX = new Box(8, 8, 40, 40);

    static I420 grey(int width, int height) {
        byte[] planes = new byte[I420.sizeBytes(width, height)];
        Arrays.fill(planes, (byte) 128);
        return new I420(width, height, I420.Range.FULL, Bytes.takeOver(planes));
    }

    static Bytes jpeg(I420 picture) {
        return new OpenCvPictureCodec().encode(picture, JpegForm.ofQuality(90)).bytes();
    }

    Future<JsonObject> ask(TrackingProtocol.Request request) {
        return mesh.vertx()
                .eventBus()
                .<JsonObject>request(
                        TrackingProtocol.addressOf(memberId),
                        request.toBuffer(),
                        new DeliveryOptions().setSendTimeout(TrackingProtocol.TIMEOUT_MILLIS))
                .map(message -> message.body());
    }

    Future<FrameData> start(String session, Box... boxes) {
        return ask(new TrackingProtocol.Start(session, List.of(boxes), PICTURE)).map(FrameData::ofJson);
    }

    Future<FrameData> frame(String session) {
        return frame(session, PICTURE);
    }

    Future<FrameData> frame(String session, Bytes picture) {
        return ask(new TrackingProtocol.Frame(session, picture)).map(FrameData::ofJson);
    }

    Future<JsonObject> end(String session) {
        return ask(new TrackingProtocol.End(session));
    }

    /** The code of a request that has to fail. */
    static FailureCode refusal(Future<?> request) {
        return MeshException.ofReply(Await.failure(request)).code();
    }
}
