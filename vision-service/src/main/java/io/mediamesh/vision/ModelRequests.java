package io.mediamesh.vision;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.ModelsProtocol;
import io.mediamesh.contracts.ModelsProtocol.Exchange;
import io.mediamesh.contracts.ModelsProtocol.ListAll;
import io.mediamesh.contracts.ModelsProtocol.Model;
import io.mediamesh.contracts.ModelsProtocol.Request;
import io.mediamesh.contracts.ModelsProtocol.State;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Replies;
import io.mediamesh.mesh.WorkerPool;
import io.mediamesh.vision.onnx.ModelReport;
import io.mediamesh.vision.onnx.ModelSource;
import io.mediamesh.vision.onnx.NamedModel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells gateways of the models of this member, and exchanges them when they ask. */
final class ModelRequests {
    private final Mesh mesh;
    private final Map<String, NamedModel> used;
    private final Map<String, ModelSource> named;
    private final Models models;
    private final WorkerPool pool;
    private final Context context;

    /**
     * @param used those of detectors in use, by name
     * @param named all that the settings name
     * @param pool for what takes seconds
     */
    ModelRequests(
            Mesh mesh,
            Map<String, NamedModel> used,
            Map<String, ModelSource> named,
            Models models,
            WorkerPool pool,
            Context context) {
        this.mesh = mesh;
        this.used = used;
        this.named = named;
        this.models = models;
        this.pool = pool;
        this.context = context;
    }

    /** Takes requests until the verticle is undeployed. */
    Future<Void> listen() {
        return mesh.vertx()
                .eventBus()
                .<JsonObject>consumer(
                        ModelsProtocol.addressOf(mesh.memberId()),
                        message -> Replies.answer(message, "questions about models", () -> answer(message.body())))
                .completion();
    }

    private Future<JsonObject> answer(JsonObject body) {
        return switch (Request.ofJson(body)) {
            case ListAll all -> Future.succeededFuture(ModelsProtocol.modelsJson(list()));
            case Exchange exchange -> exchange(exchange);
        };
    }

    private List<Model> list() {
        return Stream.concat(
                        used.values().stream().map(model -> of(model.report())),
                        named.keySet().stream()
                                .filter(name -> !used.containsKey(name))
                                .map(this::unused))
                .toList();
    }

    private Future<JsonObject> exchange(Exchange asked) {
        NamedModel model = used.get(asked.name());
        if (model == null) {
            return Future.failedFuture(
                    named.containsKey(asked.name())
                            ? new MeshException(
                                    FailureCode.CONFLICT,
                                    "the model " + asked.name()
                                            + " is not in use; the setting vision.detectors chooses which are",
                                    "name")
                            : new MeshException(
                                    FailureCode.NOT_FOUND,
                                    "the setting vision.models names no model " + asked.name(),
                                    "name"));
        }
        Optional<ModelSource> source = asked.source().map(text -> ModelSource.ofField("source", text));
        return pool.submit(context, () -> {
            model.choose(source, asked.onlyTry());
            if (!asked.onlyTry()) {
                models.exchanged(asked.name(), model.report().source());
            }
            return of(model.report()).toJson();
        });
    }

    private Model of(ModelReport report) {
        Optional<ModelReport.Loaded> loaded = report.loaded();
        return new Model(
                report.name(),
                loaded.isPresent() ? State.LOADED : State.FAILED,
                report.problem(),
                report.source(),
                report.exchanged(),
                loaded.map(ModelReport.Loaded::family).orElse(""),
                loaded.map(ModelReport.Loaded::input).orElse(""),
                loaded.map(ModelReport.Loaded::classes).orElse(List.of()),
                loaded.map(model -> model.provider().word()).orElse(""),
                loaded.map(ModelReport.Loaded::fallback).orElse(""),
                mesh.memberId());
    }

    private Model unused(String name) {
        ModelSource source = named.get(name);
        return new Model(
                name,
                State.UNUSED,
                "",
                source == null ? "" : source.text(),
                false,
                "",
                "",
                List.of(),
                "",
                "",
                mesh.memberId());
    }
}
