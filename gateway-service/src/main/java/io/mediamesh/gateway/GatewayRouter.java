package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Path;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which handler takes which request. The paths of the API come from the OpenAPI contract, which also checks requests. */
final class GatewayRouter {
    private final Router router;
    private final OpenAPIContract contract;

    /** The parts that take requests. */
    record Parts(
            StreamsApi streams,
            ViewsApi views,
            SocketsApi sockets,
            CameraSocketApi camera,
            ConnectionsApi connections,
            WhipApi whip,
            LiveSessionsApi live,
            LiveSocketsApi liveSockets,
            ConfigApi config,
            RecordingsApi recordings,
            RecordingFilesApi recordingFiles,
            AudioStreamApi audioStream,
            AudioApi audio,
            AudioReceiversApi receivers,
            AudioFilesApi audioFiles,
            TrackingApi tracking,
            TracksApi tracks,
            DetectionApi detection,
            AnalyticsApi analytics,
            ModelsApi models,
            HubSocketsApi hub,
            MeshApi mesh,
            ProbesApi probes,
            Assets assets) {}

    private GatewayRouter(Router router, OpenAPIContract contract) {
        this.router = router;
        this.contract = contract;
    }

    /** Wires everything. */
    static GatewayRouter create(
            Vertx vertx,
            Contract contract,
            GatewayConfig config,
            Origins origins,
            Connections connections,
            Parts parts) {
        RouterBuilder api = RouterBuilder.create(vertx, contract.openApi(), RequestExtractor.withBodyHandler());
        handle(api, "listStreams", parts.streams()::list);
        handle(api, "getStream", parts.streams()::get);
        handle(api, "deleteStream", parts.streams()::delete);
        handle(api, "putStream", context -> parts.streams().put(context, body(context)));
        handle(api, "getSnapshot", parts.views()::snapshot);
        handle(api, "getMjpeg", parts.views()::mjpeg);
        handle(api, "viewTopic", parts.views()::events);
        handle(api, "offer", context -> parts.connections().offer(context, body(context)));
        handle(api, "listConnections", parts.connections()::list);
        handle(api, "countConnections", parts.connections()::count);
        handle(api, "getConnection", parts.connections()::get);
        handle(api, "deleteConnection", parts.connections()::delete);
        handle(api, "viewIntensity", parts.views()::connection);
        handle(api, "whipPublish", parts.whip()::publish);
        handle(api, "whipOptions", parts.whip()::options);
        handle(api, "whipPatch", context -> parts.whip().patch(context, Signalling.WHIP));
        handle(api, "whipClose", context -> parts.whip().close(context, Signalling.WHIP));
        handle(api, "whipSessionOptions", parts.whip()::options);
        handle(api, "whepWatch", parts.whip()::watch);
        handle(api, "whepOptions", parts.whip()::options);
        handle(api, "whepPatch", context -> parts.whip().patch(context, Signalling.WHEP));
        handle(api, "whepClose", context -> parts.whip().close(context, Signalling.WHEP));
        handle(api, "whepSessionOptions", parts.whip()::options);
        handle(api, "startLiveSession", context -> parts.live().start(context, body(context)));
        handle(api, "stopLiveSession", context -> parts.live().stop(context, body(context)));
        handle(api, "viewLiveSession", GatewayRouter::upgradeRequired);
        handle(api, "listLiveSessions", parts.live()::active);
        handle(api, "getConfig", parts.config()::get);
        handle(api, "putConfig", context -> parts.config().put(context, body(context)));
        handle(api, "startRecording", context -> parts.recordings().start(context, optionalBody(context)));
        handle(api, "listRecordings", parts.recordings()::list);
        handle(api, "getRecording", parts.recordings()::get);
        handle(api, "stopRecording", parts.recordings()::stop);
        handle(api, "deleteRecording", parts.recordings()::delete);
        handle(api, "getRecordingFile", parts.recordingFiles()::file);
        handle(api, "headRecordingFile", parts.recordingFiles()::file);
        handle(api, "viewAudio", parts.audioStream()::events);
        handle(api, "listAudioTypes", parts.audio()::types);
        handle(api, "getAudioSettings", parts.audio()::settings);
        handle(api, "putAudioSettings", context -> parts.audio().change(context, body(context)));
        handle(api, "getStreamAudioSettings", parts.audio()::settingsOfStream);
        handle(api, "putStreamAudioSettings", context -> parts.audio().changeOfStream(context, body(context)));
        handle(api, "getAudioStatistics", parts.audio()::statistics);
        handle(api, "addAudioReceiver", context -> parts.receivers().add(context, body(context)));
        handle(api, "listAudioReceivers", parts.receivers()::list);
        handle(api, "getAudioReceiver", parts.receivers()::get);
        handle(api, "renewAudioReceiver", context -> parts.receivers().renew(context, body(context)));
        handle(api, "deleteAudioReceiver", parts.receivers()::remove);
        handle(api, "addAudioFile", context -> parts.audioFiles().add(context, body(context)));
        handle(api, "listAudioFiles", parts.audioFiles()::list);
        handle(api, "getAudioFile", parts.audioFiles()::get);
        handle(api, "stopAudioFile", parts.audioFiles()::stop);
        handle(api, "deleteAudioFile", parts.audioFiles()::delete);
        handle(api, "downloadAudioFile", parts.audioFiles()::download);
        handle(api, "startTracking", parts.tracking()::start);
        handle(api, "trackFrame", parts.tracking()::frame);
        handle(api, "endTracking", parts.tracking()::end);
        handle(api, "markTracks", context -> parts.tracks().mark(context, body(context)));
        handle(api, "listTracks", parts.tracks()::list);
        handle(api, "endTracks", parts.tracks()::endAll);
        handle(api, "endTrack", parts.tracks()::endOne);
        handle(api, "getDetection", parts.detection()::get);
        handle(api, "putDetection", context -> parts.detection().put(context, body(context)));
        handle(api, "deleteDetection", parts.detection()::delete);
        handle(api, "getAnalytics", parts.analytics()::get);
        handle(api, "listModels", parts.models()::list);
        handle(api, "getModel", parts.models()::get);
        handle(api, "putModel", context -> parts.models().put(context, body(context)));
        handle(api, "deleteModel", parts.models()::delete);
        handle(api, "broadcast", GatewayRouter::upgradeRequired);
        handle(api, "viewCamera", GatewayRouter::upgradeRequired);
        handle(api, "viewBroadcast", GatewayRouter::upgradeRequired);
        handle(api, "chat", GatewayRouter::upgradeRequired);
        handle(api, "listTopics", parts.mesh()::topics);
        handle(api, "getCluster", parts.mesh()::cluster);
        handle(api, "getHealth", parts.mesh()::health);
        handle(api, "getLiveness", parts.probes()::live);
        handle(api, "getReadiness", parts.probes()::ready);
        handle(api, "getMetrics", parts.mesh()::metrics);
        handle(api, "getContract", context -> context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .end(contract.text()));
        handle(api, "getRoot", context -> {
            context.response().putHeader("Vary", "Accept");
            if (wantsPage(context)) {
                parts.assets().index(context);
            } else {
                parts.mesh().root(context);
            }
        });

        Router router = Router.router(vertx);
        GatewayRouter all = new GatewayRouter(router, contract.openApi());
        router.route().failureHandler(all::answerFailure);
        router.route().handler(context -> {
            origins.checkHost(context.request());
            context.response().putHeader("X-Content-Type-Options", "nosniff");
            context.next();
        });
        router.get("/api/v1/streams/:id/topics/:topic").handler(onlyUpgrades(parts.sockets()::topic));
        router.get("/api/connections/:id/intensity").handler(onlyUpgrades(parts.sockets()::connection));
        router.get("/api/v1/audio/stream").handler(onlyUpgrades(parts.audioStream()::socket));
        router.get("/ws/video-stream").handler(onlyUpgrades(parts.camera()::view));
        router.get(LiveSocketsApi.PATH + "*").handler(onlyUpgrades(parts.liveSockets()::live));
        router.get("/broadcaster").handler(onlyUpgrades(parts.hub()::broadcaster));
        router.get("/viewer").handler(onlyUpgrades(parts.hub()::viewer));
        router.get("/chat").handler(onlyUpgrades(parts.hub()::chat));
        // Before preflights are answered: they are told this too.
        for (String protocol : List.of("/whip", "/whep")) {
            router.options(protocol + "/:stream").handler(parts.whip()::describeEndpoint);
            router.options(protocol + "/:stream/:session").handler(parts.whip()::describeSession);
        }
        origins.corsHandler().ifPresent(cors -> router.route().handler(cors));
        router.post(TrackingApi.PATHS).handler(parts.tracking()::receive);
        Handler<RoutingContext> bodies = bodies(
                BodyHandler.create(false).setBodyLimit(config.maxBodyBytes()).setHandleFileUploads(false));
        router.route().handler(context -> {
            if (TrackingApi.isReceived(context)) {
                context.next();
            } else {
                bodies.handle(context);
            }
        });
        router.route().handler(context -> {
            connections.received(context.request());
            context.next();
        });
        router.put("/api/config").handler(parts.config()::checkKeys);
        router.get("/dashboard").handler(context -> redirect(context, "/dashboard/"));
        router.get("/dashboard/*").handler(parts.assets()::dashboard);
        router.get("/recordings/:rid").handler(parts.assets()::recording);
        router.get("/sound/:id").handler(parts.assets()::sound);
        router.get("/webjars/*").handler(parts.assets()::library);
        for (String path : List.of("/dashboard", "/dashboard/*", "/recordings/*", "/sound/*", "/webjars/*")) {
            router.route(path)
                    .handler(context ->
                            context.fail(HttpMethod.GET.equals(context.request().method()) ? 404 : 405));
        }
        router.route("/*").subRouter(api.createRouter());
        for (int status : new int[] {400, 404, 405, 406, 413, 415, 500}) {
            router.errorHandler(status, all::answerFailure);
        }
        return all;
    }

    void handle(HttpServerRequest request) {
        router.handle(request);
    }

    private static void handle(RouterBuilder api, String operation, Handler<RoutingContext> handler) {
        api.getRoute(operation).addHandler(handler);
    }

    /** Vert.x throws at a request that says it is a form and has a method that no form can have. */
    private static Handler<RoutingContext> bodies(BodyHandler handler) {
        return context -> {
            try {
                handler.handle(context);
            } catch (IllegalStateException noForm) {
                context.fail(400, noForm);
            }
        };
    }

    private static JsonObject body(RoutingContext context) {
        return given(context).orElseThrow(() -> MeshException.invalid("body", "the request needs a JSON body"));
    }

    private static JsonObject optionalBody(RoutingContext context) {
        return given(context).orElseGet(JsonObject::new);
    }

    private static Optional<JsonObject> given(RoutingContext context) {
        ValidatedRequest request = context.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST);
        return Optional.ofNullable(request.getBody()).map(RequestParameter::getJsonObject);
    }

    private static Handler<RoutingContext> onlyUpgrades(Handler<RoutingContext> handler) {
        return context -> {
            if (SocketsApi.isUpgrade(context.request())) {
                handler.handle(context);
            } else {
                context.next();
            }
        };
    }

    private static void upgradeRequired(RoutingContext context) {
        context.response().putHeader("Upgrade", "websocket");
        Failures.write(
                context.response(), 426, Failures.error("this address is for WebSockets", "upgrade_required", ""));
    }

    private static void redirect(RoutingContext context, String location) {
        context.response().setStatusCode(302).putHeader("Location", location).end();
    }

    /** Whoever prefers a page says so: a browser does, a program that takes anything gets JSON. */
    private static boolean wantsPage(RoutingContext context) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.contains("text/html");
    }

    private void answerFailure(RoutingContext context) {
        if (context.statusCode() == 405
                && context.failure() == null
                && !context.response().headWritten()) {
            context.response().putHeader("Allow", allowedMethods(context.normalizedPath()));
        }
        Failures.answer(context);
    }

    private String allowedMethods(String address) {
        Path path = contract.findPath(address);
        return path == null
                ? HttpMethod.GET.name()
                : path.getOperations().stream()
                        .map(operation -> operation.getHttpMethod().name())
                        .sorted()
                        .collect(Collectors.joining(", "));
    }
}
