package io.mediamesh.mesh;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the addresses of the event bus right when members come back from a cut or from standing still. Such a member has
 * thrown out of the common maps whom it took for gone, and may still be at it when it is back among them: nobody would be
 * reached any more at the addresses that it removed, and nothing would tell them. So each member says its own again when
 * somebody has come.
 */
final class HealingClusterManager extends HazelcastClusterManager {
    private static final Logger LOG = LoggerFactory.getLogger(HealingClusterManager.class);
    /** Soon, for whoever waits; and again when even a slow machine has done with removing. */
    private static final long[] AFTER_MILLIS = {500, 2_000, 6_000};

    private final Map<Long, Long> due = new HashMap<>();
    private @Nullable Vertx vertx;

    HealingClusterManager(Config config) {
        super(config);
    }

    @Override
    public void init(Vertx owner) {
        vertx = owner;
        super.init(owner);
    }

    @Override
    public synchronized void memberRemoved(MembershipEvent event) {
        String id = event.getMember().getAttribute("__vertx.nodeId");
        if (isActive() && getNodes().contains(id)) {
            LOG.debug("the member {} is back before its addresses were removed", id);
            return;
        }
        super.memberRemoved(event);
    }

    @Override
    public synchronized void memberAdded(MembershipEvent event) {
        super.memberAdded(event);
        Vertx here = vertx;
        if (here == null || !isActive()) {
            return;
        }
        for (long delay : AFTER_MILLIS) {
            Long before = due.put(delay, here.setTimer(delay, id -> here.executeBlocking(this::sayAgain, false)));
            if (before != null) {
                here.cancelTimer(before);
            }
        }
    }

    /** What is done after a merge does what is wanted: tell where this member is, and at which addresses. */
    private @Nullable Void sayAgain() {
        if (isActive()) {
            stateChanged(new LifecycleEvent(LifecycleState.MERGED));
        }
        return null;
    }
}
