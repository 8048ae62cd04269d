package io.mediamesh.standalone;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the answer of {@code GET /api/v1/cluster} means for whoever runs the cluster. */
final class ClusterFindings {
    private static final List<String> SERVICES =
            List.of("ingest", "vision", "tracking", "audio", "recorder", "gateway");
    /** Times that clients compare are mixed up by more than this. */
    private static final double CLOCKS_NOTED_MILLIS = 100;
    /** And wrong for anybody who looks by this. */
    private static final double CLOCKS_BAD_MILLIS = 2000;

    private static final double HEAP_NOTED = 0.9;

    private final JsonObject cluster;
    private final List<JsonObject> members;
    private final List<JsonObject> reachable;
    private final Predicate<String> connects;
    private final List<Finding> findings = new ArrayList<>();

    private ClusterFindings(JsonObject cluster, Predicate<String> connects) {
        this.cluster = cluster;
        this.connects = connects;
        this.members = cluster.getJsonArray("members").stream()
                .map(JsonObject.class::cast)
                .toList();
        this.reachable = members.stream()
                .filter(member -> member.getBoolean("reachable"))
                .toList();
    }

    /**
     * Judges an answer.
     *
     * @param connects whether somebody listens at a host and port
     */
    static List<Finding> of(JsonObject cluster, Predicate<String> connects) {
        ClusterFindings all = new ClusterFindings(cluster, connects);
        if (!cluster.getBoolean("clustered")) {
            all.findings.add(Finding.note(
                    "cluster",
                    "one process on its own; nobody takes over when it ends",
                    "set cluster.enabled and cluster.members at each machine where there is to be more than one"));
        }
        all.members();
        all.versions();
        all.services();
        all.clocks();
        all.splits();
        all.pressure();
        all.ports();
        return List.copyOf(all.findings);
    }

    private void members() {
        for (JsonObject member : members) {
            String name = member.getString("name");
            if (!member.getBoolean("reachable")) {
                findings.add(Finding.bad(
                        "member",
                        name + " is in the cluster and does not answer",
                        "look at its log and its machine; where it stands still, end it: others take over"));
            } else if (member.getBoolean("draining")) {
                findings.add(Finding.note("member", name + " is leaving", ""));
            }
        }
        findings.add(Finding.good(
                "members",
                reachable.size() + " of " + members.size() + " answer: " + named(members)
                        + (members.size() > 1
                                ? "; the oldest is " + members.getFirst().getString("name")
                                : "")));
    }

    private void versions() {
        Map<String, String> byVersion = members.stream()
                .collect(Collectors.groupingBy(
                        member -> member.getString("version"),
                        TreeMap::new,
                        Collectors.mapping(member -> member.getString("name"), Collectors.joining(", "))));
        findings.add(
                byVersion.size() == 1
                        ? Finding.good(
                                "versions",
                                "all have " + byVersion.keySet().iterator().next())
                        : Finding.note(
                                "versions",
                                byVersion.entrySet().stream()
                                        .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                                        .collect(Collectors.joining(", ")),
                                "finish the upgrade; neighbouring versions work together meanwhile"));
    }

    private void services() {
        JsonObject present = cluster.getJsonObject("services");
        List<String> twice = new ArrayList<>();
        for (String service : SERVICES) {
            int count = present.getInteger(service, 0);
            if (count == 0) {
                findings.add(Finding.bad("services", "nobody runs " + service, "start at least one"));
            } else if (count == 1 && cluster.getBoolean("clustered")) {
                findings.add(Finding.note(
                        "services",
                        service + " runs once: nobody takes over when it ends",
                        "start a second one at another machine"));
            } else {
                twice.add(service + " × " + count);
            }
        }
        if (!twice.isEmpty()) {
            findings.add(Finding.good("services", String.join(", ", twice)));
        }
        for (JsonObject member : reachable) {
            JsonObject health = member.getJsonObject("health", new JsonObject());
            for (String service : new TreeSet<>(health.fieldNames())) {
                JsonObject state = health.getJsonObject(service);
                if (!state.getBoolean("ready") && !member.getBoolean("draining")) {
                    findings.add(Finding.bad(
                            "services",
                            service + " at " + member.getString("name") + " is not ready: "
                                    + state.getString("detail", ""),
                            "see its log"));
                }
            }
        }
    }

    /** Offsets are against the clock of the gateway that answered, each right to half of its round trip. */
    private void clocks() {
        if (reachable.size() < 2) {
            return;
        }
        double earliest = Double.POSITIVE_INFINITY;
        double latest = Double.NEGATIVE_INFINITY;
        double doubt = 0;
        String first = "";
        String last = "";
        for (JsonObject member : reachable) {
            double offset = member.getDouble("clock_offset_ms");
            if (offset < earliest) {
                earliest = offset;
                first = member.getString("name");
            }
            if (offset > latest) {
                latest = offset;
                last = member.getString("name");
            }
            doubt = Math.max(doubt, member.getDouble("answered_in_ms") / 2);
        }
        double apart = latest - earliest;
        String text = String.format(
                Locale.ROOT, "%.0f ms apart (known to ± %.0f ms), %s behind %s", apart, Math.ceil(doubt), first, last);
        String remedy = "let a time service (NTP) keep the clocks of all machines";
        if (apart - doubt > CLOCKS_BAD_MILLIS) {
            findings.add(Finding.bad("clocks", text, remedy));
        } else if (apart - doubt > CLOCKS_NOTED_MILLIS) {
            findings.add(Finding.note("clocks", text, remedy));
        } else {
            findings.add(Finding.good(
                    "clocks", String.format(Locale.ROOT, "alike to %.0f ms", Math.ceil(Math.max(apart, doubt)))));
        }
    }

    private void splits() {
        long most = reachable.stream()
                .mapToLong(
                        member -> member.getJsonObject("seen", new JsonObject()).getLong("rejoined", 0L))
                .max()
                .orElse(0);
        if (most > 0) {
            findings.add(Finding.note(
                    "splits",
                    most + (most == 1 ? " member" : " members")
                            + " came back that had not ended: the network was split, or a machine stood still",
                    "look at the network between the machines, and for machines that are paused or swap"));
        }
    }

    private void pressure() {
        for (JsonObject member : reachable) {
            String name = member.getString("name");
            JsonObject load = member.getJsonObject("load", new JsonObject());
            double heap =
                    load.getLong("heap_used_bytes", 0L) / (double) Math.max(1, load.getLong("heap_max_bytes", 1L));
            if (heap > HEAP_NOTED) {
                findings.add(Finding.note(
                        "load",
                        name + " uses " + Math.round(heap * 100) + " % of its heap",
                        "give it more with MEDIAMESH_JAVA_OPTS=-Xmx…, or start another member"));
            }
            for (Object entry : load.getJsonArray("pools", new JsonArray())) {
                JsonObject pool = (JsonObject) entry;
                if (pool.getLong("rejected", 0L) > 0) {
                    findings.add(Finding.note(
                            "load",
                            name + " refused " + pool.getLong("rejected") + " tasks of " + pool.getString("name")
                                    + " since its start",
                            "start another member with this service, or lower the rates that are asked for"));
                }
            }
        }
    }

    private void ports() {
        List<JsonObject> addressed = reachable.stream()
                .filter(member -> member.containsKey("address"))
                .toList();
        if (addressed.isEmpty()) {
            return;
        }
        for (JsonObject member : addressed) {
            JsonObject address = member.getJsonObject("address");
            String membership = address.getString("membership");
            String bus = address.getString("bus");
            String ports = member.getString("name") + ": membership " + membership + ", event bus " + bus;
            if (isPublic(membership)) {
                findings.add(Finding.bad(
                        "ports",
                        ports + ": a public address",
                        "whoever reaches it can join and read: set cluster.host to an address in a private network"));
            } else if (connects.test(membership) && connects.test(bus)) {
                findings.add(Finding.good("ports", ports));
            } else {
                findings.add(Finding.note(
                        "ports",
                        ports + ": not reachable from this machine",
                        "right where this machine is no member; else open both ports among the members"));
            }
        }
        boolean encrypted = addressed.stream()
                .allMatch(member -> member.getJsonObject("address").getBoolean("encrypted"));
        findings.add(
                encrypted
                        ? Finding.good("tls", "members prove who they are on the event bus (mutual TLS)")
                        : Finding.note(
                                "tls",
                                "the event bus is not encrypted",
                                "right in a network that only members reach; else switch mutual TLS on"));
    }

    private static boolean isPublic(String hostAndPort) {
        try {
            InetAddress address = InetAddress.getByName(hostAndPort.substring(0, hostAndPort.lastIndexOf(':')));
            return !address.isSiteLocalAddress()
                    && !address.isLoopbackAddress()
                    && !address.isLinkLocalAddress()
                    && !isUniqueLocal(address)
                    && !isShared(address);
        } catch (UnknownHostException strange) {
            return false;
        }
    }

    /** fc00::/7, RFC 4193. */
    private static boolean isUniqueLocal(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length > 4 && (octets[0] & 0xfe) == 0xfc;
    }

    /** 100.64.0.0/10, RFC 6598: what providers and overlay networks use among themselves. */
    private static boolean isShared(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 4 && octets[0] == 100 && (octets[1] & 0xc0) == 64;
    }

    private static String named(List<JsonObject> members) {
        return members.stream().map(member -> member.getString("name")).collect(Collectors.joining(", "));
    }
}
