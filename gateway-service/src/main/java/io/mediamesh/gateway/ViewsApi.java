package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Topics as HTTP answers: a snapshot, MJPEG, Server-Sent Events. */
final class ViewsApi {
    private static final long PICTURE_TIMEOUT_MILLIS = 5_000;
    private static final String EVENT_STREAM = "text/event-stream";

    private final Mesh mesh;
    private final ViewerHubs hubs;
    private final ViewerCounters counters;

    ViewsApi(Mesh mesh, ViewerHubs hubs, ViewerCounters counters) {
        this.mesh = mesh;
        this.hubs = hubs;
        this.counters = counters;
    }

    /** {@code GET /api/v1/streams/{id}/snapshot.jpg}. */
    void snapshot(RoutingContext context) {
        Topic topic = pictures(context, new StreamId(context.pathParam("id")));
        ViewOptions options = ViewOptions.of(context.queryParams());
        hubs.join(topic, options)
                .compose(hub -> firstPicture(hub, options))
                .onSuccess(picture -> {
                    Bytes bytes = picture.jpeg().bytes();
                    context.response()
                            .putHeader(HttpHeaders.CONTENT_TYPE, "image/jpeg")
                            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                            .putHeader("X-Timestamp", picture.timestamp())
                            .end(bytes.toBuffer());
                })
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/streams/{id}/video.mjpeg}. */
    void mjpeg(RoutingContext context) {
        Topic topic = pictures(context, new StreamId(context.pathParam("id")));
        ViewOptions options = ViewOptions.of(context.queryParams());
        show(context, topic, options, ResponseViewer.Form.MJPEG);
    }

    /** {@code GET /api/v1/streams/{id}/topics/{topic}} without an upgrade. */
    void events(RoutingContext context) {
        Topic topic = topic(context);
        ViewOptions options = ViewOptions.of(context.queryParams(), topic);
        boolean binary = topic.isOfSource() || topic.kind().equals(Topic.ANNOTATED);
        StreamsApi.existing(mesh, topic.stream())
                .onSuccess(stream -> {
                    if (binary || !acceptsEvents(context)) {
                        Failures.write(
                                context.response(),
                                406,
                                Failures.error(
                                        "the topic " + topic.kind() + " comes over a WebSocket at this address"
                                                + (binary
                                                        ? ""
                                                        : ", or as Server-Sent Events with Accept: " + EVENT_STREAM),
                                        "not_acceptable",
                                        binary ? "topic" : "Accept"));
                    } else {
                        show(context, topic, options, ResponseViewer.Form.EVENTS);
                    }
                })
                .onFailure(context::fail);
    }

    /** {@code GET /api/connections/{id}/intensity} without an upgrade. */
    void connection(RoutingContext context) {
        StreamId id = new StreamId(context.pathParam("id"));
        ViewOptions options = ViewOptions.buffered(SocketsApi.CONNECTION_BUFFER);
        ConnectionsApi.existing(mesh, id)
                .onSuccess(stream -> {
                    if (acceptsEvents(context)) {
                        show(context, new Topic(id, Topic.INTENSITY), options, ResponseViewer.Form.CONNECTION);
                    } else {
                        Failures.write(
                                context.response(),
                                406,
                                Failures.error(
                                        "the intensity comes over a WebSocket at this address, or as Server-Sent Events"
                                                + " with Accept: " + EVENT_STREAM,
                                        "not_acceptable",
                                        "Accept"));
                    }
                })
                .onFailure(context::fail);
    }

    private static boolean acceptsEvents(RoutingContext context) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.contains(EVENT_STREAM);
    }

    /** The topic that a path names; a kind of an impossible shape does not exist either. */
    static Topic topic(RoutingContext context) {
        StreamId stream = new StreamId(context.pathParam("id"));
        String kind = context.pathParam("topic");
        try {
            return new Topic(stream, kind);
        } catch (MeshException impossible) {
            throw new MeshException(
                    FailureCode.NOT_FOUND,
                    "there is no topic " + Quoted.of(kind) + " of the stream " + stream,
                    "topic");
        }
    }

    /** The topic with pictures of the stream that the query names. */
    static Topic pictures(RoutingContext context, StreamId stream) {
        String kind = context.queryParams().get("topic");
        if (kind == null) {
            return new Topic(stream, Topic.VIDEO);
        }
        if (!kind.equals(Topic.VIDEO) && !kind.equals(Topic.ANNOTATED)) {
            throw MeshException.invalid("topic", "topic must be video or annotated, not " + Quoted.of(kind));
        }
        return new Topic(stream, kind);
    }

    private Future<PictureViewer.Picture> firstPicture(ViewerHub hub, ViewOptions options) {
        PictureViewer viewer = new PictureViewer(options, counters);
        hub.add(viewer);
        long timer = mesh.vertx().setTimer(PICTURE_TIMEOUT_MILLIS, late -> viewer.timeOut());
        return viewer.picture().onComplete(done -> mesh.vertx().cancelTimer(timer));
    }

    private void show(RoutingContext context, Topic topic, ViewOptions options, ResponseViewer.Form form) {
        HttpServerResponse response = context.response();
        hubs.join(topic, options)
                .onSuccess(hub -> {
                    if (response.closed()) {
                        hub.expectNoMore();
                    } else {
                        Channel channel = Transport.of(context.request().connection());
                        hub.add(new ResponseViewer(channel, response, form, options, counters));
                    }
                })
                .onFailure(context::fail);
    }
}
