package io.mediamesh.mesh;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** What this process takes of its machine, and how full its worker pools are. */
final class ProcessLoad {
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final long PAGE_BYTES = 4096;
    private static final String POOLS = "mediamesh.pool.";

    private final MeterRegistry meters;
    private final AtomicBoolean sampling = new AtomicBoolean();
    private long lastCpuNanos = cpuNanos();
    private long lastNanos = System.nanoTime();
    private volatile double cpuCores;
    private volatile long residentBytes;

    ProcessLoad(MeterRegistry meters) {
        this.meters = meters;
        Gauge.builder("process.resident.memory", this, load -> load.residentBytes)
                .description("Memory of the process that is in RAM; 0 where the system does not tell")
                .baseUnit("bytes")
                .register(meters);
        sample();
    }

    /** Looks again, aside; every few seconds. */
    void sample() {
        if (sampling.compareAndSet(false, true)) {
            Thread.ofVirtual().name("process-load").start(() -> {
                try {
                    look();
                } finally {
                    sampling.set(false);
                }
            });
        }
    }

    private synchronized void look() {
        long cpu = cpuNanos();
        long now = System.nanoTime();
        if (now > lastNanos) {
            cpuCores = (double) (cpu - lastCpuNanos) / (now - lastNanos);
        }
        lastCpuNanos = cpu;
        lastNanos = now;
        try {
            residentBytes = Long.parseLong(Files.readString(STATM).split(" ", -1)[1]) * PAGE_BYTES;
        } catch (IOException | NumberFormatException notLinux) {
            residentBytes = 0;
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    JsonObject toJson() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        JsonObject json = new JsonObject()
                .put("cpu_cores", Math.round(cpuCores * 1000) / 1000.0)
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("heap_used_bytes", heap.getUsed())
                .put("heap_max_bytes", heap.getMax());
        if (residentBytes > 0) {
            json.put("resident_bytes", residentBytes);
        }
        return json.put("pools", pools());
    }

    private JsonArray pools() {
        Map<String, JsonObject> pools = new TreeMap<>();
        for (String figure : new String[] {"threads", "active", "queued"}) {
            meters.find(POOLS + figure)
                    .gauges()
                    .forEach(gauge -> of(pools, gauge.getId().getTag("pool")).put(figure, Math.round(gauge.value())));
        }
        meters.find(POOLS + "rejected").functionCounters().forEach(counter -> of(
                        pools, counter.getId().getTag("pool"))
                .put("rejected", Math.round(counter.count())));
        JsonArray all = new JsonArray();
        pools.values().forEach(all::add);
        return all;
    }

    private static JsonObject of(Map<String, JsonObject> pools, String name) {
        return pools.computeIfAbsent(name, unused -> new JsonObject().put("name", name));
    }

    /** The figures of this member's services that have no labels, by the name that they have in {@code /metrics}. */
    JsonObject figures() {
        Map<String, Double> figures = new TreeMap<>();
        for (Meter meter : meters.getMeters()) {
            String name = meter.getId().getName();
            if (meter instanceof Gauge gauge
                    && gauge.getId().getTags().isEmpty()
                    && name.startsWith("mediamesh.")
                    && !name.startsWith("mediamesh.cluster.")) {
                figures.put(name.replace('.', '_'), gauge.value());
            }
        }
        JsonObject json = new JsonObject();
        figures.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                json.put(name, value);
            }
        });
        return json;
    }
}
