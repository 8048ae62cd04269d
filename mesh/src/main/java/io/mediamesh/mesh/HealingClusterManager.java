package io.mediamesh.mesh;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Map;
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
 * reached any more at the addresses that it removed, and nothing would tell them. So each member says its own again when
 * somebody has come.
 *
 * <p>What has to be done when members change asks the common maps and may wait for them; it is done in order on a thread of
 * its own, so that everybody else hears of the change at once.
 */
// One thread at a time does the changes, so that whoever tells of them need not wait for a lock.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class HealingClusterManager extends HazelcastClusterManager {
    private static final Logger LOG = LoggerFactory.getLogger(HealingClusterManager.class);
    /** Soon, for whoever waits; and again when even a slow machine has done with removing. */
    private static final long[] AFTER_MILLIS = {500, 2_000, 6_000};

    private static final int MOST_GONE = 1000;

    private final ExecutorService changes = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("mesh-cluster-changes").factory());
    private final Map<Long, Long> due = new ConcurrentHashMap<>();
    private final Set<String> gone = ConcurrentHashMap.newKeySet();
    private final String ownAddress;
    private @Nullable Vertx vertx;

    /**
     * Joins so.
     *
     * @param ownAddress one that this member listens at for as long as it is there
     */
    HealingClusterManager(Config config, String ownAddress) {
        super(config);
        this.ownAddress = ownAddress;
    }

    @Override
    public void init(Vertx owner) {
        vertx = owner;
        super.init(owner);
    }

    @Override
    public void leave(Completable<Void> left) {
        changes.shutdown();
        super.leave(left);
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        String id = String.valueOf(event.getMember().getAttribute("__vertx.nodeId"));
        if (gone.size() < MOST_GONE) {
            gone.add(id);
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
        boolean back = gone.remove(String.valueOf(event.getMember().getAttribute("__vertx.nodeId")));
        later(() -> super.memberAdded(event));
        Vertx here = vertx;
        if (here == null) {
            return;
        }
        for (long delay : AFTER_MILLIS) {
            Long before = due.put(delay, here.setTimer(delay, id -> later(() -> sayAgain(back))));
            if (before != null) {
                here.cancelTimer(before);
            }
        }
    }

    @Override
    public void stateChanged(LifecycleEvent event) {
        later(() -> super.stateChanged(event));
    }

    /**
     * Holds up whoever sends to an address that it does not know yet, for as long as some map waits for a member that stands
     * still; so only where it may be needed.
     */
    private void sayAgain(boolean somebodyIsBack) {
        if (somebodyIsBack || isForgotten()) {
            // What is done after a merge does what is wanted: tell where this member is, and at which addresses.
            super.stateChanged(new LifecycleEvent(LifecycleState.MERGED));
        }
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
