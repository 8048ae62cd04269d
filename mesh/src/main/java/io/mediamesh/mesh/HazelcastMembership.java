package io.mediamesh.mesh;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.core.EntryAdapter;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.replicatedmap.ReplicatedMap;
import io.vertx.core.Future;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The members of a Hazelcast cluster. What a member is and serves stands in its member attributes, which everybody
 * has before it counts as a member; only that it drains comes later, in a replicated map.
 */
final class HazelcastMembership implements Membership {
    static final String ID = "mediamesh.id";
    private static final String NAME = "mediamesh.name";
    private static final String VERSION = "mediamesh.version";
    private static final String SERVICES = "mediamesh.services";
    private static final String KINDS = "mediamesh.kinds";
    private static final String SINCE = "mediamesh.since";
    /** Members that may die at the same moment without anything of the directory being lost; all maps are small. */
    private static final int COPIES = 2;

    /** How long it is known that a member left. */
    private static final long FAREWELL_HOURS = 1;

    private final HazelcastInstance hazelcast;
    private final LongSupplier nanosSinceReturn;
    private final Member self;
    private final MemberAddress address;
    /** Those that said that they leave: true while they hand over, false once they have stopped. */
    private final ReplicatedMap<String, Boolean> draining;

    /** Asked for with every subscription, and changed seldom. */
    private volatile List<Member> known = List.of();

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /**
     * Listens to a cluster that was joined with {@link #configFor}.
     */
    HazelcastMembership(HealingClusterManager manager, Member self, MemberAddress address) {
        this.hazelcast = manager.getHazelcastInstance();
        this.nanosSinceReturn = manager::nanosSinceReturn;
        this.self = self;
        this.address = address;
        this.draining = hazelcast.getReplicatedMap("mediamesh.draining");
        draining.addEntryListener(new EntryAdapter<String, Boolean>() {
            @Override
            public void onEntryEvent(EntryEvent<String, Boolean> event) {
                changed();
            }
        });
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                changed();
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                changed();
            }
        });
        look();
    }

    /**
     * Hazelcast's configuration for a member that advertises itself so.
     *
     * @param host the address that {@code cluster.host} means
     * @param places where others may be; looked up anew at each attempt to join, and to heal a split
     */
    static Config configFor(Member self, ClusterConfig cluster, String host, MemberAddresses places) {
        // Some of Hazelcast's loggers are made before there is a configuration.
        System.setProperty("hazelcast.logging.type", "slf4j");
        Config config = ConfigUtil.loadConfig();
        config.setClusterName(cluster.name());
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        // Nobody reads what it measures and watches of itself.
        config.getMetricsConfig().setEnabled(false);
        config.setProperty("hazelcast.health.monitoring.level", "OFF");
        config.setProperty("hazelcast.slow.operation.detector.enabled", "false");
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "5");
        // A member that stands still may hold what others ask for; nobody waits a minute for it.
        config.setProperty("hazelcast.operation.call.timeout.millis", "8000");
        config.setProperty("hazelcast.operation.backup.timeout.millis", "2000");
        // Signs of life and views of the members share these threads with whatever waits for another member, so there
        // are more of them than a small machine has processors.
        config.setProperty("hazelcast.operation.generic.thread.count", "8");
        config.setProperty("hazelcast.operation.priority.generic.thread.count", "2");
        // What is kept here is little: to move and to search it in few parts costs a member that comes or goes far
        // less.
        config.setProperty("hazelcast.partition.count", "31");
        // A member with an old list of who has which part is told soon, and what it asks is asked again until then.
        config.setProperty("hazelcast.partition.table.send.interval", "2");
        config.setProperty("hazelcast.invocation.retry.pause.millis", "100");
        config.setProperty("hazelcast.partition.migration.timeout", "10");
        // Without a limit, an attempt from the time of a cut goes on trying for long after it is healed.
        config.setProperty("hazelcast.socket.connect.timeout.seconds", "2");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "5");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
        config.getMapConfig("default").setBackupCount(COPIES);
        config.getMultiMapConfig("__vertx.subs").setBackupCount(COPIES);
        for (String map : List.of("__vertx.haInfo", "__vertx.nodeInfo")) {
            config.getMapConfig(map).setBackupCount(COPIES);
        }
        config.getNetworkConfig()
                .setPort(cluster.port())
                .setPortAutoIncrement(true)
                .getInterfaces()
                .setEnabled(true)
                .addInterface(host);
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.setTcpIpConfig(new FoundMembers(places, host, cluster.port()));
        config.getMemberAttributeConfig()
                .setAttribute(ID, self.id())
                .setAttribute(NAME, self.name())
                .setAttribute(VERSION, self.version())
                .setAttribute(SERVICES, String.join(",", self.services()))
                .setAttribute(SINCE, String.valueOf(System.currentTimeMillis()))
                .setAttribute(KINDS, String.join(",", self.kinds()));
        return config;
    }

    /**
     * Asks for the addresses each time that Hazelcast does. Its own look-up of names keeps only those of this machine
     * where, as here, the interface is told; and what it has for discovery waits a second before each join.
     */
    private static final class FoundMembers extends TcpIpConfig {
        private final MemberAddresses places;
        private final String host;
        private final int port;

        FoundMembers(MemberAddresses places, String host, int port) {
            this.places = places;
            this.host = host;
            this.port = port;
            setEnabled(true);
        }

        @Override
        public List<String> getMembers() {
            return places.current(host, port);
        }
    }

    @Override
    public Member local() {
        return self.draining(draining.containsKey(self.id()));
    }

    @Override
    public List<Member> members() {
        return known;
    }

    private synchronized void look() {
        known = hazelcast.getCluster().getMembers().stream()
                .filter(member -> member.getAttribute(ID) != null)
                // Hazelcast has it until its parts are with others; nobody answers there any more.
                .filter(member -> !Boolean.FALSE.equals(draining.get(member.getAttribute(ID))))
                .map(member -> new Member(
                        member.getAttribute(ID),
                        member.getAttribute(NAME),
                        member.getAttribute(VERSION),
                        words(member.getAttribute(SERVICES)),
                        words(member.getAttribute(KINDS)),
                        draining.containsKey(member.getAttribute(ID))))
                .toList();
    }

    @Override
    public List<Seat> seats() {
        return hazelcast.getCluster().getMembers().stream()
                .filter(member -> member.getAttribute(ID) != null)
                .map(member -> new Seat(
                        member.getAttribute(ID),
                        member.getAttribute(NAME),
                        member.getAddress().getHost() + ":"
                                + member.getAddress().getPort(),
                        Long.parseLong(member.getAttribute(SINCE))))
                .toList();
    }

    @Override
    public Set<String> leaving() {
        return Set.copyOf(draining.keySet());
    }

    @Override
    public Optional<MemberAddress> address() {
        return Optional.of(address);
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public Future<Void> startDraining() {
        return say(true);
    }

    @Override
    public Future<Void> sayStopped() {
        return say(false);
    }

    private Future<Void> say(boolean stillThere) {
        // Replicated maps block for a moment.
        return Aside.call("mesh-draining", () -> draining.put(self.id(), stillThere, FAREWELL_HOURS, TimeUnit.HOURS))
                .mapEmpty();
    }

    @Override
    public boolean needsProof() {
        return true;
    }

    @Override
    public long nanosSinceReturn() {
        return nanosSinceReturn.getAsLong();
    }

    private void changed() {
        look();
        listeners.forEach(Runnable::run);
    }

    private static Set<String> words(String commaSeparated) {
        return commaSeparated.isEmpty() ? Set.of() : Set.of(commaSeparated.split(","));
    }
}
