package io.mediamesh.mesh;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the addresses of the event bus right when members come back from a cut or from standing still. Such a member has
 * thrown out of the common maps whom it took for gone, and may still be at it when it is back among them: nobody would be
 * reached any more at the addresses that it removed, and nothing would tell them. So what members send each other is not
 * looked up in a map: an address that ends with the id of a member is there where this member is. All other addresses
 * each member says again when somebody has come back, and when somebody has come and its own are missing.
 *
 * <p>What has to be done when members change asks the common maps and may wait for them; it is done in order on a thread of
 * its own, so that everybody else hears of the change at once.
 */
// One thread at a time does the changes, so that whoever tells of them need not wait for a lock.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class HealingClusterManager extends HazelcastClusterManager {
    private static final Logger LOG = LoggerFactory.getLogger(HealingClusterManager.class);
    /** The attribute that the super class gives each member. */
    private static final String NODE_ID = "__vertx.nodeId";
    /** Soon, for whoever waits; and again when even a slow machine has done with removing. */
    private static final List<Long> AFTER_MILLIS = List.of(500L, 2_000L, 6_000L);

    /** Enough for those that a cut takes away; those that ended for good never come back. */
    private static final int MOST_REMEMBERED = 1000;

    private final ExecutorService changes = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("mesh-cluster-changes").factory());
    private final Map<Long, Long> due = new ConcurrentHashMap<>();
    /** Who among these joins has come back. */
    private final Set<String> gone = Collections.newSetFromMap(Collections.synchronizedMap(new Latest<>()));

    /** Where processes listen, by their ids on the bus. */
    private final Map<String, NodeInfo> places = Collections.synchronizedMap(new Latest<>());

    private final Set<String> prefixes;
    /** One of those that this member has in the map as long as it is there. */
    private final String ownAddress;

    private @Nullable RegistrationListener selections;
    private volatile OptionalLong returnedNanos = OptionalLong.empty();
    /** The return after which the addresses were said for the last time. */
    private OptionalLong answeredNanos = OptionalLong.empty();

    private @Nullable Vertx vertx;

    private static final class Latest<T> extends LinkedHashMap<String, T> {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
            return size() > MOST_REMEMBERED;
        }
    }

    /**
     * Joins so.
     *
     * @param memberId this member's id
     * @param prefixes beginnings of addresses at which every member listens for as long as it is there; its id follows
     */
    HealingClusterManager(Config config, String memberId, Set<String> prefixes) {
        super(config);
        this.prefixes = Set.copyOf(prefixes);
        this.ownAddress = prefixes.iterator().next() + memberId;
    }

    @Override
    public void init(Vertx owner) {
        vertx = owner;
        super.init(owner);
    }

    @Override
    public void registrationListener(RegistrationListener listener) {
        selections = listener;
        super.registrationListener(listener);
    }

    @Override
    public void getRegistrations(String address, Completable<List<RegistrationInfo>> found) {
        Optional<String> member = prefixes.stream()
                .filter(address::startsWith)
                .map(prefix -> address.substring(prefix.length()))
                .findFirst();
        if (member.isEmpty()) {
            super.getRegistrations(address, found);
            return;
        }
        found.succeed(getHazelcastInstance().getCluster().getMembers().stream()
                .filter(one -> member.get().equals(one.getAttribute(HazelcastMembership.ID)))
                .map(one -> new RegistrationInfo(one.getAttribute(NODE_ID), 0, false))
                .toList());
    }

    /** Where a process listens stays as it is, so that it need not be in the map any more. */
    @Override
    public void getNodeInfo(String nodeId, Completable<NodeInfo> found) {
        NodeInfo known = places.get(nodeId);
        if (known != null) {
            found.succeed(known);
            return;
        }
        super.getNodeInfo(nodeId, (info, fault) -> {
            if (fault == null) {
                places.put(nodeId, info);
            }
            found.complete(info, fault);
        });
    }

    @Override
    public void leave(Completable<Void> left) {
        changes.shutdown();
        super.leave(left);
    }

    /** For how long nobody has come back from a cut, and this member has not either. Any thread. */
    long nanosSinceReturn() {
        OptionalLong at = returnedNanos;
        return at.isEmpty() ? Long.MAX_VALUE : System.nanoTime() - at.getAsLong();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        String id = idOf(event);
        gone.add(id);
        RegistrationListener selected = selections;
        if (selected != null) {
            String member = event.getMember().getAttribute(HazelcastMembership.ID);
            prefixes.forEach(
                    prefix -> selected.registrationsUpdated(new RegistrationUpdateEvent(prefix + member, List.of())));
        }
        later(() -> {
            if (getNodes().contains(id)) {
                LOG.debug("the member {} is back before its addresses were removed", id);
            } else {
                super.memberRemoved(event);
            }
        });
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        if (gone.remove(idOf(event))) {
            returned();
        }
        later(() -> super.memberAdded(event));
        Vertx here = vertx;
        if (here == null) {
            return;
        }
        for (long delay : AFTER_MILLIS) {
            boolean last = delay == AFTER_MILLIS.getLast();
            Long before = due.put(delay, here.setTimer(delay, id -> later(() -> sayAgain(last))));
            if (before != null) {
                here.cancelTimer(before);
            }
        }
    }

    @Override
    public void stateChanged(LifecycleEvent event) {
        if (event.getState() == LifecycleState.MERGED) {
            returned();
        }
        later(() -> super.stateChanged(event));
    }

    /**
     * Holds up whoever sends to an address that it does not know yet, for as long as some map waits for a member that stands
     * still; so only where it may be needed.
     */
    private void sayAgain(boolean last) {
        OptionalLong returned = returnedNanos;
        if (!returned.equals(answeredNanos) || isForgotten()) {
            // What is done after a merge does what is wanted: tell where this member is, and at which addresses.
            super.stateChanged(new LifecycleEvent(LifecycleState.MERGED));
        }
        if (last) {
            answeredNanos = returned;
        }
    }

    private void returned() {
        returnedNanos = OptionalLong.of(System.nanoTime());
    }

    private static String idOf(MembershipEvent event) {
        return String.valueOf(event.getMember().getAttribute(NODE_ID));
    }

    private boolean isForgotten() {
        HazelcastInstance shared = getHazelcastInstance();
        return !shared.getMap("__vertx.nodeInfo").containsKey(getNodeId())
                || !shared.getMultiMap("__vertx.subs").containsKey(ownAddress);
    }

    private void later(Runnable change) {
        if (changes.isShutdown()) {
            return;
        }
        changes.execute(() -> {
            try {
                if (isActive()) {
                    change.run();
                }
            } catch (RuntimeException fault) {
                LOG.debug("the common maps do not answer: {}", fault.getMessage());
            }
        });
    }
}
