package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.ModelsProtocol;
import io.mediamesh.contracts.ModelsProtocol.Exchange;
import io.mediamesh.contracts.ModelsProtocol.ListAll;
import io.mediamesh.contracts.ModelsProtocol.Model;
import io.mediamesh.contracts.ModelsProtocol.State;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows the models of detectors at all members that detect, and exchanges them. */
final class ModelsApi {
    private static final long LIST_MILLIS = 2_000;
    /** A member takes all of its time now and then; its answer needs a moment to arrive. */
    private static final long EXCHANGE_MILLIS = ModelsProtocol.EXCHANGE_MILLIS + 1_000;

    private final Mesh mesh;
    private final MemberRequests requests;

    ModelsApi(Mesh mesh) {
        this.mesh = mesh;
        this.requests = new MemberRequests(
                mesh,
                "the detector",
                "detects nothing now",
                "nobody detects here; models need a member that runs the service vision");
    }

    /** {@code GET /api/v1/models}. */
    void list(RoutingContext context) {
        all().onSuccess(models -> {
                    List<JsonObject> grouped = models.stream()
                            .collect(Collectors.groupingBy(Model::name, TreeMap::new, Collectors.toList()))
                            .values()
                            .stream()
                            .map(ModelsApi::json)
                            .toList();
                    answer(context, new JsonObject().put("models", grouped).put("count", grouped.size()));
                })
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/models/{name}}. */
    void get(RoutingContext context) {
        called(context.pathParam("name"))
                .onSuccess(models -> answer(context, json(models)))
                .onFailure(context::fail);
    }

    private static void answer(RoutingContext context, JsonObject json) {
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        context.json(json);
    }

    /** One model at all members: what is said of it is what the member says that has the most trouble with it. */
    private static JsonObject json(List<Model> atMembers) {
        Model worst = atMembers.stream()
                .max(Comparator.comparing(model -> model.state() == State.FAILED))
                .orElseThrow();
        JsonObject json = worst.toJson();
        json.remove("node");
        return json.put(
                "nodes",
                atMembers.stream()
                        .map(model -> new JsonObject()
                                .put("node", model.node())
                                .put("state", model.toJson().getString("state"))
                                .put("reason", model.reason()))
                        .toList());
    }

    /** {@code PUT /api/v1/models/{name}}. */
    void put(RoutingContext context, JsonObject body) {
        String name = context.pathParam("name");
        String source = source(body);
        exchange(name, Optional.of(source))
                .onSuccess(models -> answer(context, json(models)))
                .onFailure(failure -> context.fail(naming(failure, body)));
    }

    /** {@code DELETE /api/v1/models/{name}}. */
    void delete(RoutingContext context) {
        exchange(context.pathParam("name"), Optional.empty())
                .onSuccess(models -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    private static String source(JsonObject body) {
        @Nullable String file = body.getString("file");
        @Nullable String url = body.getString("url");
        if ((file == null) == (url == null)) {
            throw MeshException.invalid(
                    "file", "either file, a name in the folder vision.model_dir, or url has to be given");
        }
        boolean isUrl = url != null;
        String place = isUrl ? url : file;
        boolean looksLikeUrl = place.matches("(?i)https?://.*");
        if (isUrl != looksLikeUrl || place.contains("#")) {
            throw MeshException.invalid(
                    isUrl ? "url" : "file",
                    isUrl
                            ? "url must begin with https://, and has no #"
                            : "file is the name of a file in the folder vision.model_dir, without #");
        }
        @Nullable String sha256 = body.getString("sha256");
        return sha256 == null ? place : place + "#sha256=" + sha256;
    }

    /** Members do not know which of the two was given. */
    private static Throwable naming(Throwable failure, JsonObject body) {
        return failure instanceof MeshException refusal
                        && refusal.field().orElse("").equals("source")
                ? new MeshException(
                        refusal.code(), String.valueOf(refusal.getMessage()), body.containsKey("url") ? "url" : "file")
                : failure;
    }

    /** Where several members detect, it is tried at all of them first, so that all or none look with it. */
    private Future<List<Model>> exchange(String name, Optional<String> source) {
        return called(name).compose(models -> {
            List<String> members = models.stream().map(Model::node).distinct().toList();
            Future<List<Model>> tried = members.size() == 1
                    ? Future.succeededFuture(List.of())
                    : askAll(members, new Exchange(name, source, true));
            return tried.compose(good -> askAll(members, new Exchange(name, source, false)));
        });
    }

    private Future<List<Model>> askAll(List<String> members, Exchange request) {
        List<Future<Model>> answers =
                members.stream().map(member -> ask(member, request)).toList();
        return Future.join(answers)
                .map(all -> answers.stream().map(Future::result).toList());
    }

    private Future<Model> ask(String member, Exchange request) {
        return requests.ask(ModelsProtocol.addressOf(member), member, request.toJson(), EXCHANGE_MILLIS, Model::ofJson);
    }

    private Future<List<Model>> called(String name) {
        return all().compose(models -> {
            List<Model> found =
                    models.stream().filter(model -> model.name().equals(name)).toList();
            return found.isEmpty()
                    ? Future.failedFuture(new MeshException(
                            FailureCode.NOT_FOUND,
                            "there is no model " + name + "; the setting vision.models names models",
                            "name"))
                    : Future.succeededFuture(found);
        });
    }

    private Future<List<Model>> all() {
        List<Member> members = mesh.members().stream()
                .filter(member -> member.services().contains(ModelsProtocol.SERVICE))
                .toList();
        if (members.isEmpty()) {
            return Future.failedFuture(requests.nobody());
        }
        return requests.askAll(
                        members.stream(),
                        member -> requests.ask(
                                ModelsProtocol.addressOf(member.id()),
                                member.id(),
                                new ListAll().toJson(),
                                LIST_MILLIS,
                                ModelsProtocol::modelsOf))
                .map(models -> models.stream()
                        .sorted(Comparator.comparing(Model::name).thenComparing(Model::node))
                        .toList());
    }
}
