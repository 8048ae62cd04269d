package io.mediamesh.gateway;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Directory;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The detection rules that were put by API: in the store, and from there in the directory, where members find them. */
final class StoredRules {
    private static final Logger LOG = LoggerFactory.getLogger(StoredRules.class);

    private final Directory directory;
    private final DetectionRulesStore store;
    private final VirtualThreads blocking;

    StoredRules(Directory directory, DetectionRulesStore store, VirtualThreads blocking) {
        this.directory = directory;
        this.store = store;
        this.blocking = blocking;
    }

    /** Stores the rules and then makes them known; those of a stream that has just been removed are not kept. */
    Future<Void> put(StreamId stream, DetectionRules rules) {
        return blocking.call(() -> {
                    store.put(stream, rules);
                    return stream;
                })
                .compose(stored -> directory
                        .configure(stream, DetectionRules.PART, Optional.of(rules.toSecretJson()))
                        .recover(failure -> forgetWhereRemoved(stream, failure)));
    }

    private Future<Void> forgetWhereRemoved(StreamId stream, Throwable failure) {
        boolean removed = failure instanceof MeshException refusal && refusal.code() == FailureCode.NOT_FOUND;
        return removed
                ? blocking.call(() -> {
                            store.remove(stream);
                            return stream;
                        })
                        .transform(undone -> Future.failedFuture(failure))
                : Future.failedFuture(failure);
    }

    /** Everything counts in the stream again. */
    Future<Void> remove(StreamId stream) {
        return blocking.call(() -> {
                    store.remove(stream);
                    return stream;
                })
                .compose(removed -> directory.configure(stream, DetectionRules.PART, Optional.empty()));
    }

    /** Makes known what was stored; to be called when the stored streams are known. */
    Future<Void> resume() {
        return makeKnown(stream -> true);
    }

    /** Streams that their senders push come and go, and find their rules again; to be called every few seconds. */
    void reconcile() {
        makeKnown(stream -> !stream.home().isEmpty())
                .onFailure(failure ->
                        LOG.debug("stored detection rules are not made known now: {}", failure.getMessage()));
    }

    private Future<Void> makeKnown(Predicate<StreamDescription> which) {
        return directory.list().compose(all -> {
            var streams = all.stream().filter(which).map(StreamDescription::id).toList();
            return streams.isEmpty()
                    ? Future.succeededFuture()
                    : directory.configurations(DetectionRules.PART).compose(known -> blocking.call(store::all)
                            .compose(stored -> Future.join(streams.stream()
                                            .filter(stream -> !known.containsKey(stream))
                                            .map(stream -> makeKnown(stream, stored))
                                            .toList())
                                    .mapEmpty()));
        });
    }

    private Future<Void> makeKnown(StreamId stream, Map<StreamId, DetectionRules> stored) {
        DetectionRules rules = stored.get(stream);
        return rules == null
                ? Future.succeededFuture()
                : directory.configure(stream, DetectionRules.PART, Optional.of(rules.toSecretJson()));
    }
}
