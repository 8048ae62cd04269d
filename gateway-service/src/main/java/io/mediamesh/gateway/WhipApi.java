package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.IceServers;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** WebRTC over HTTP: WHIP (RFC 9725) for clients that send, WHEP for those that receive. */
final class WhipApi {
    private static final String SDP = "application/sdp";
    private static final String FRAGMENT = "application/trickle-ice-sdpfrag";

    private final Mesh mesh;
    private final Peers peers;
    private final BearerTokens tokens;
    private final IceServers iceServers;

    WhipApi(Mesh mesh, Peers peers, BearerTokens tokens, IceServers iceServers) {
        this.mesh = mesh;
        this.peers = peers;
        this.tokens = tokens;
        this.iceServers = iceServers;
    }

    /** {@code POST /whip/{stream}}. */
    void publish(RoutingContext context) {
        String token = tokens.identify(context.request());
        if (!isOfType(context, SDP, "Accept-Post")) {
            return;
        }
        StreamId stream = new StreamId(context.pathParam("stream"));
        peers.publish(new PeerProtocol.Publish(stream, Signalling.WHIP, body(context), token, Map.of()))
                .onSuccess(answer -> created(context, "/whip/" + stream, answer))
                .onFailure(failure -> context.fail(Failures.renaming(
                        failure, Map.of(FailureCode.INVALID, "body", FailureCode.CONFLICT, "stream"))));
    }

    /** {@code POST /whep/{stream}}. */
    void watch(RoutingContext context) {
        String token = tokens.identify(context.request());
        if (!isOfType(context, SDP, "Accept-Post")) {
            return;
        }
        StreamId stream = new StreamId(context.pathParam("stream"));
        Topic topic = ViewsApi.pictures(context, stream);
        String offer = body(context);
        StreamsApi.existing(mesh, stream, "stream")
                .compose(found -> peers.watch(found, new PeerProtocol.Watch(topic, offer, token)))
                .onSuccess(answer -> created(context, "/whep/" + stream, answer))
                .onFailure(failure -> context.fail(Failures.renaming(
                        failure, Map.of(FailureCode.INVALID, "body", FailureCode.NOT_FOUND, "stream"))));
    }

    /** {@code PATCH} on a session: more candidates, or new ones after a restart of ICE. */
    void patch(RoutingContext context, Signalling signalling) {
        String token = tokens.identify(context.request());
        if (!isOfType(context, FRAGMENT, "Accept-Patch")) {
            return;
        }
        // Without If-Match candidates are taken as they come: many clients send none.
        String match = context.request().getHeader(HttpHeaders.IF_MATCH);
        peers.patch(new PeerProtocol.Patch(
                        context.pathParam("session"),
                        signalling,
                        token,
                        match == null ? "" : match.strip(),
                        body(context)))
                .onSuccess(patched -> answer(context.response(), patched))
                .onFailure(failure -> context.fail(Failures.renaming(
                        failure,
                        Map.of(
                                FailureCode.INVALID, "body",
                                FailureCode.STALE, "If-Match",
                                FailureCode.NOT_FOUND, "session"))));
    }

    private static void answer(HttpServerResponse response, PeerProtocol.Patched patched) {
        if (patched.fragment().isEmpty()) {
            response.setStatusCode(204).end();
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, FRAGMENT)
                    .putHeader(HttpHeaders.ETAG, patched.etag())
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(patched.fragment());
        }
    }

    /** {@code DELETE} on a session. */
    void close(RoutingContext context, Signalling signalling) {
        String token = tokens.identify(context.request());
        peers.close(new PeerProtocol.Close(context.pathParam("session"), signalling, token))
                .onSuccess(closed -> context.response().end())
                .onFailure(
                        failure -> context.fail(Failures.renaming(failure, Map.of(FailureCode.NOT_FOUND, "session"))));
    }

    /**
     * What {@code OPTIONS} tells of an address to which offers are sent. A browser's preflight carries no token, so the
     * password of the TURN servers is told only to those who have one, where one is needed.
     */
    void describeEndpoint(RoutingContext context) {
        context.response().putHeader(HttpHeaders.ALLOW, "OPTIONS, POST").putHeader("Accept-Post", SDP);
        addIceServers(context.response(), tokens.admits(context.request()));
        context.next();
    }

    /** What {@code OPTIONS} tells of a session. */
    void describeSession(RoutingContext context) {
        context.response()
                .putHeader(HttpHeaders.ALLOW, "DELETE, OPTIONS, PATCH")
                .putHeader("Accept-Patch", FRAGMENT);
        context.next();
    }

    /** {@code OPTIONS} that is no preflight; its headers are there already. */
    void options(RoutingContext context) {
        context.response().setStatusCode(204).end();
    }

    private void created(RoutingContext context, String endpoint, PeerProtocol.Answer answer) {
        HttpServerResponse response = context.response()
                .setStatusCode(201)
                .putHeader(HttpHeaders.CONTENT_TYPE, SDP)
                .putHeader(HttpHeaders.LOCATION, endpoint + "/" + answer.session())
                .putHeader(HttpHeaders.ETAG, answer.etag())
                .putHeader("Accept-Patch", FRAGMENT)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        addIceServers(response, true);
        response.end(answer.sdp());
    }

    private void addIceServers(HttpServerResponse response, boolean withRelays) {
        List<String> links = iceServers.urls().stream()
                .filter(url -> withRelays || !IceServers.isRelay(url))
                .map(this::link)
                .toList();
        if (!links.isEmpty()) {
            response.putHeader("Link", links);
        }
    }

    /** A link of RFC 9725, section 4.6. */
    private String link(String url) {
        StringBuilder link = new StringBuilder("<").append(url).append(">; rel=\"ice-server\"");
        if (IceServers.isRelay(url) && !iceServers.username().isEmpty()) {
            link.append("; username=").append(quoted(iceServers.username()));
        }
        if (IceServers.isRelay(url) && !iceServers.credential().isEmpty()) {
            link.append("; credential=")
                    .append(quoted(iceServers.credential()))
                    .append("; credential-type=\"password\"");
        }
        return link.toString();
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static boolean isOfType(RoutingContext context, String type, String header) {
        String given = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String essence = given == null ? "" : given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (essence.equals(type)) {
            return true;
        }
        context.response().putHeader(header, type);
        Failures.write(
                context.response(),
                415,
                Failures.error("the body must be sent as " + type, "unsupported_media_type", "Content-Type"));
        return false;
    }

    private static String body(RoutingContext context) {
        String body = context.body().asString();
        if (body == null || body.isBlank()) {
            boolean patch = HttpMethod.PATCH.equals(context.request().method());
            throw MeshException.invalid("body", "the request needs " + (patch ? "an SDP fragment" : "an SDP offer"));
        }
        return body;
    }
}
