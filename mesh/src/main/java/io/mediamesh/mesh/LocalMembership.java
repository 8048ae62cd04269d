package io.mediamesh.mesh;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mesh of one process. */
final class LocalMembership implements Membership {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Member self;

    LocalMembership(Member self) {
        this.self = self;
    }

    @Override
    public Member local() {
        return self;
    }

    @Override
    public List<Member> members() {
        return List.of(self);
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public Future<Void> startDraining() {
        self = self.draining(true);
        listeners.forEach(Runnable::run);
        return Future.succeededFuture();
    }
}
