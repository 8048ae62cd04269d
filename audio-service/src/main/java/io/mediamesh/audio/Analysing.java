package io.mediamesh.audio;

import io.mediamesh.audio.RunningAnalyser.Machine;
import io.mediamesh.contracts.AudioProtocol;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service between start and stop: the streams it listens to, its threads and its settings. On its own context. */
final class Analysing extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Analysing.class);
    private static final int MOST_WAITING_TASKS = 1024;

    private final Mesh mesh;
    private final AnalyserKinds kinds;
    private final FaultLog faults;
    private final WorkerPool pool;
    private final int threads;
    private final EffectiveSettings settings;
    private final SettingChanges changes;
    private final Map<StreamId, Listening> streams = new HashMap<>();
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();

    Analysing(Mesh mesh, Settings base, AnalyserKinds kinds, SettingChanges changes) {
        this.mesh = mesh;
        this.kinds = kinds;
        this.changes = changes;
        this.settings = new EffectiveSettings(mesh, base, kinds, changes);
        this.faults = new FaultLog(mesh.meters(), "audio");
        this.threads = base.get(AudioConfig.THREADS);
        this.pool =
                WorkerPool.create("audio-analysis", threads, MOST_WAITING_TASKS).measuredBy(mesh.meters());
    }

    Context context() {
        return context;
    }

    @Override
    public Future<?> start() {
        consumers.add(changes.onChange(this::changed));
        consumers.add(mesh.directory().onRemoved(changes::forget));
        AudioRequests requests = new AudioRequests(settings, this::statistics);
        MessageConsumer<JsonObject> answering =
                vertx.eventBus().consumer(AudioProtocol.addressOf(mesh.memberId()), requests::answer);
        consumers.add(answering);
        return answering.completion();
    }

    @Override
    public Future<?> stop() {
        consumers.forEach(MessageConsumer::unregister);
        return Future.join(streams.values().stream().map(Listening::close).toList())
                .onComplete(done -> pool.close());
    }

    Future<Void> undeploy() {
        return vertx.undeploy(context.deploymentID());
    }

    /** Begins to make a topic. */
    Future<Producer> open(Publisher publisher) {
        Optional<AnalyserKind> found = kinds.kind(publisher.topic().kind());
        if (found.isEmpty()) {
            return Future.failedFuture(Listening.unknown(publisher.topic()));
        }
        AnalyserKind kind = found.get();
        StreamId stream = publisher.topic().stream();
        return settings.of(Optional.of(stream))
                .compose(own -> machine(publisher, kind, own))
                .compose(machine -> {
                    RunningAnalyser analyser = new RunningAnalyser(publisher, kind, machine, faults);
                    Listening listening = streams.computeIfAbsent(stream, id -> new Listening(mesh, id, pool));
                    return listening
                            .add(analyser)
                            .onFailure(failed -> {
                                analyser.close();
                                release(listening);
                            })
                            .map(ready -> () -> {
                                listening.remove(analyser);
                                return Future.join(analyser.close(), release(listening))
                                        .mapEmpty();
                            });
                });
    }

    private Future<Machine> machine(Publisher publisher, AnalyserKind kind, LayeredSettings layers) {
        AnalyserSettings own = layers.forKind(kinds.rate(kind));
        Analyser analyser = kind.open(own);
        return kind.reference(own)
                .map(other -> ReferenceSound.open(mesh, other, publisher.topic().toString())
                        .map(Optional::of))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .map(reference -> new Machine(analyser, reference));
    }

    private Future<Void> release(Listening listening) {
        if (listening.isIdle() && streams.remove(listening.stream(), listening)) {
            return listening.close();
        }
        return Future.succeededFuture();
    }

    /** Settings were changed somewhere: what runs goes on with the new ones. */
    private void changed(Optional<StreamId> only) {
        streams.values().stream()
                .filter(listening -> only.isEmpty() || only.get().equals(listening.stream()))
                .forEach(this::reopen);
    }

    private void reopen(Listening listening) {
        settings.of(Optional.of(listening.stream()))
                .onSuccess(own -> listening.analysers().forEach(analyser -> reopen(analyser, own)));
    }

    private void reopen(RunningAnalyser analyser, LayeredSettings own) {
        Future.<Machine>future(promise ->
                        machine(analyser.publisher(), analyser.kind(), own).onComplete(promise))
                .onSuccess(analyser::replace)
                .onFailure(unfit -> LOG.warn(
                        "{} goes on with its earlier settings: {}",
                        analyser.publisher().topic(),
                        unfit.getMessage()));
    }

    private JsonObject statistics() {
        JsonArray analyses = new JsonArray();
        int queued = 0;
        for (Listening listening : streams.values()) {
            queued += listening.queued();
            listening.analysers().forEach(analyser -> analyses.add(analyser.report()));
        }
        return new JsonObject()
                .put("member", mesh.memberId())
                .put("streams", streams.size())
                .put("threads", threads)
                .put("queued", queued)
                .put("analyses", analyses);
    }
}
