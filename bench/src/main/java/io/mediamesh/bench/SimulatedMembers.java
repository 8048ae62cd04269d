package io.mediamesh.bench;

import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Membership;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who is in a simulated cluster: the same for everybody, at once. */
final class SimulatedMembers {
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private final Map<String, List<Runnable>> listeners = new ConcurrentHashMap<>();

    /** The cluster as this member sees it, which joins it. */
    Membership join(Member self) {
        members.add(self);
        tell();
        return new View(self);
    }

    /** The member is gone, without a word. */
    void lose(String id) {
        members.removeIf(member -> member.id().equals(id));
        listeners.remove(id);
        tell();
    }

    private void tell() {
        listeners.values().forEach(all -> all.forEach(Runnable::run));
    }

    private final class View implements Membership {
        private final Member self;

        View(Member self) {
            this.self = self;
        }

        @Override
        public Member local() {
            return self;
        }

        @Override
        public List<Member> members() {
            return members;
        }

        @Override
        public void onChange(Runnable listener) {
            listeners
                    .computeIfAbsent(self.id(), id -> new CopyOnWriteArrayList<>())
                    .add(listener);
        }

        @Override
        public Future<Void> startDraining() {
            throw new UnsupportedOperationException("members of a simulation do not leave in order");
        }
    }
}
