package io.mediamesh.cluster.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/**
 * Network namespaces on a bridge of their own, each like a machine with one address. The test itself is at the bridge's
 * address, which no cut ever closes.
 */
final class Network implements AutoCloseable {
    private static final String SUBNET = "10.213.47";

    private final String prefix;
    private final List<Place> places;
    private final List<List<String>> undo = new ArrayList<>();

    /** One namespace. */
    record Place(String namespace, String address) {
        /** What to put before a command that is to run there. */
        List<String> within() {
            return List.of("ip", "netns", "exec", namespace);
        }
    }

    private Network(String prefix, int count) {
        this.prefix = prefix;
        this.places = IntStream.range(0, count)
                .mapToObj(index -> new Place(prefix + index, SUBNET + "." + (10 + index)))
                .toList();
    }

    /** Makes it; the test is skipped with the reason where that can't be. */
    static Network of(int places) {
        Shell.need("ip");
        Shell.need("nft");
        // A name of an interface has 15 characters.
        Network network = new Network(
                String.format(Locale.ROOT, "mm%x-", ProcessHandle.current().pid()), places);
        try {
            network.make();
        } catch (AssertionError refused) {
            network.close();
            Assumptions.abort("no network namespaces can be made here: " + refused.getMessage());
        }
        return network;
    }

    private void make() {
        // The switch has a namespace, too: in the machine's own, filters of others (Docker's) apply to what crosses it.
        String hub = prefix + "hub";
        String own = prefix + "t";
        step(List.of("ip", "netns", "delete", hub), "ip", "netns", "add", hub);
        Shell.run("ip", "-n", hub, "link", "add", "hub", "type", "bridge").expect();
        Shell.run("ip", "-n", hub, "link", "set", "hub", "up").expect();
        step(
                List.of("ip", "link", "delete", own),
                "ip",
                "link",
                "add",
                own,
                "type",
                "veth",
                "peer",
                "name",
                "test",
                "netns",
                hub);
        Shell.run("ip", "-n", hub, "link", "set", "test", "master", "hub", "up").expect();
        Shell.run("ip", "address", "add", SUBNET + ".1/24", "dev", own).expect();
        Shell.run("ip", "link", "set", own, "up").expect();
        for (Place place : places) {
            String namespace = place.namespace;
            step(List.of("ip", "netns", "delete", namespace), "ip", "netns", "add", namespace);
            Shell.run(
                            "ip", "-n", hub, "link", "add", namespace, "type", "veth", "peer", "name", "eth0", "netns",
                            namespace)
                    .expect();
            Shell.run("ip", "-n", hub, "link", "set", namespace, "master", "hub", "up")
                    .expect();
            Shell.run("ip", "-n", namespace, "address", "add", place.address + "/24", "dev", "eth0")
                    .expect();
            Shell.run("ip", "-n", namespace, "link", "set", "eth0", "up").expect();
            Shell.run("ip", "-n", namespace, "link", "set", "lo", "up").expect();
        }
    }

    private void step(List<String> undoing, String... command) {
        Shell.run(command).expect();
        undo.addFirst(undoing);
    }

    Place place(int index) {
        return places.get(index);
    }

    List<String> addresses() {
        return places.stream().map(Place::address).toList();
    }

    /** Lets nothing through any more between one place and all others, without a word to either. */
    void cut(Place place) {
        nft(place, "add table ip chaos");
        for (String direction : List.of("input", "output")) {
            String peer = direction.equals("input") ? "saddr" : "daddr";
            nft(place, "add chain ip chaos " + direction + " { type filter hook " + direction + " priority 0 ; }");
            for (String address : addresses()) {
                if (!address.equals(place.address)) {
                    nft(place, "add rule ip chaos " + direction + " ip " + peer + " " + address + " drop");
                }
            }
        }
    }

    /** Takes {@link #cut} back. */
    void heal(Place place) {
        nft(place, "delete table ip chaos");
    }

    private static void nft(Place place, String rule) {
        List<String> command = new ArrayList<>(place.within());
        command.addAll(List.of("nft", rule));
        Shell.run(command).expect();
    }

    @Override
    public void close() {
        undo.forEach(Shell::run);
    }
}
