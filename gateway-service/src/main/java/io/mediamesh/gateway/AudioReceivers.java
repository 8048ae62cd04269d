package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.vertx.core.Future;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * To whom datagrams with analyses of sound are sent: those who were put here by the API, each for a while, because nobody
 * notices when a receiver of datagrams is gone. On the gateway's event loop only.
 */
final class AudioReceivers {
    static final double USUAL_LEASE_SECONDS = 30;

    private static final int MOST = 1_000;

    private final AudioConsumers consumers;
    private final VirtualThreads blocking;
    private final List<String> allowed;
    private final Map<String, Receiver> receivers = new TreeMap<>();
    private @Nullable DatagramSocket socket;

    /**
     * @param allowed hosts besides this machine
     */
    AudioReceivers(AudioConsumers consumers, VirtualThreads blocking, List<String> allowed) {
        this.consumers = consumers;
        this.blocking = blocking;
        this.allowed = allowed;
    }

    /** A receiver and until when it is one. */
    static final class Receiver {
        private final String id;
        private final String host;
        private final int port;
        private final AudioConsumer consumer;
        private long untilNanos;

        private Receiver(String id, String host, int port, AudioConsumer consumer) {
            this.id = id;
            this.host = host;
            this.port = port;
            this.consumer = consumer;
        }

        String id() {
            return id;
        }

        private void renew(double leaseSeconds) {
            untilNanos = System.nanoTime() + Math.round(leaseSeconds * TimeUnit.SECONDS.toNanos(1));
        }

        JsonObject toJson() {
            double left = Math.max(0, (untilNanos - System.nanoTime()) / 1e9);
            return new JsonObject()
                    .put("id", id)
                    .put("host", host)
                    .put("port", port)
                    .mergeIn(consumer.wish().toJson())
                    .put("lease_seconds", Math.round(left * 10) / 10.0)
                    .put("reason", consumer.reason());
        }
    }

    /** Datagrams go out from here on. */
    void sendFrom(DatagramSocket bound) {
        socket = bound;
    }

    /**
     * Adds a receiver, or gives the one with this address another wish and a new lease.
     *
     * @return whether it is new; fails where its host is not allowed, or what it wants is not to be had
     */
    Future<Added> put(String host, int port, AudioWish wish, double leaseSeconds) {
        DatagramSocket from = socket;
        if (from == null) {
            return Future.failedFuture(new MeshException(
                    FailureCode.UNAVAILABLE,
                    "no datagrams are sent: the setting " + SoundConfig.UDP_PORT.key() + " is off"));
        }
        return blocking.call(() -> resolved(host)).compose(address -> {
            String id = address.getHostAddress().replace(':', '.').replace('%', '.') + "-" + port;
            Receiver known = receivers.get(id);
            if (known != null) {
                return known.consumer.follow(wish).map(done -> {
                    known.renew(leaseSeconds);
                    return new Added(known, false);
                });
            }
            if (receivers.size() >= MOST) {
                return Future.failedFuture(
                        new MeshException(FailureCode.UNAVAILABLE, "there are " + MOST + " receivers already"));
            }
            DatagramLine line = new DatagramLine(from, address.getHostAddress(), port, () -> remove(id));
            AudioConsumer consumer = consumers.enter(AudioProtocolKind.UDP, line, wish, true);
            Receiver added = new Receiver(id, host, port, consumer);
            added.renew(leaseSeconds);
            receivers.put(id, added);
            return consumer.follow(wish).map(done -> new Added(added, true)).onFailure(failure -> remove(id));
        });
    }

    /** A receiver, and whether it was not one before. */
    record Added(Receiver receiver, boolean isNew) {}

    /** Another lease for a receiver. */
    Optional<Receiver> renew(String id, double leaseSeconds) {
        Optional<Receiver> found = find(id);
        found.ifPresent(receiver -> receiver.renew(leaseSeconds));
        return found;
    }

    Optional<Receiver> find(String id) {
        return Optional.ofNullable(receivers.get(id));
    }

    List<Receiver> all() {
        return List.copyOf(receivers.values());
    }

    /** Sends it nothing more; whether there was one. */
    boolean remove(String id) {
        Receiver removed = receivers.remove(id);
        if (removed != null) {
            removed.consumer.leave();
        }
        return removed != null;
    }

    /** Forgets those whose time is over; to be called every second. */
    void check() {
        long now = System.nanoTime();
        for (Receiver receiver : new ArrayList<>(receivers.values())) {
            if (now - receiver.untilNanos > 0) {
                remove(receiver.id);
            }
        }
    }

    /** The one address that is sent to from now on, whatever its name stands for later. Blocks. */
    private InetAddress resolved(String host) throws UnknownHostException {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException unknown) {
            throw MeshException.invalid("host", "there is no host " + Quoted.of(host));
        }
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw MeshException.invalid("host", "host must be the address of one machine, not " + Quoted.of(host));
        }
        if (address.isLoopbackAddress() || isAllowed(host, address)) {
            return address;
        }
        throw new MeshException(
                FailureCode.FORBIDDEN,
                "datagrams are sent to this machine and to the hosts of the setting " + SoundConfig.RECEIVERS.key()
                        + ", and " + Quoted.of(host) + " is none of them",
                "host");
    }

    private boolean isAllowed(String host, InetAddress address) {
        return allowed.stream()
                .anyMatch(known -> known.equalsIgnoreCase(host) || known.equals(address.getHostAddress()));
    }
}
