package io.mediamesh.vision;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.FaultLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The detectors of one stream and their combined result. They are opened with the first picture. One that fails is
 * opened anew for the next picture, and the others go on. Calls come one at a time, on changing threads.
 */
final class DetectorSet implements AutoCloseable {
    private static final double NANOS_PER_MILLI = 1e6;

    private final StreamId stream;
    private final List<DetectorKind> kinds;
    private final FaultLog faults;
    private final Map<String, Detector> open = new LinkedHashMap<>();

    DetectorSet(StreamId stream, List<DetectorKind> kinds, FaultLog faults) {
        this.stream = stream;
        this.kinds = kinds;
        this.faults = faults;
    }

    /** What the detectors see that counts, most confident first; empty when none of them could look. */
    Optional<Detections> detect(I420 picture, DetectionRules rules) {
        long start = System.nanoTime();
        List<String> looked = new ArrayList<>();
        List<Detection> found = new ArrayList<>();
        for (DetectorKind kind : kinds) {
            if (!rules.detectors().isEmpty() && !rules.detectors().contains(kind.name())) {
                closeQuietly(open.remove(kind.name()));
                continue;
            }
            try {
                found.addAll(
                        open.computeIfAbsent(kind.name(), name -> kind.open()).detect(picture));
                looked.add(kind.name());
            } catch (RuntimeException | LinkageError | OutOfMemoryError fault) {
                faults.fault(
                        kind.name(),
                        "the detector " + kind.name() + " failed on " + stream
                                + "; it is started anew, the stream goes on",
                        fault);
                closeQuietly(open.remove(kind.name()));
            }
        }
        if (looked.isEmpty()) {
            if (!rules.detectors().isEmpty()
                    && kinds.stream().noneMatch(kind -> rules.detectors().contains(kind.name()))) {
                faults.fault(
                        "rules",
                        "nothing is detected in " + stream + ": none of the detectors that it is to be looked at by is"
                                + " among vision.detectors",
                        new MeshException(
                                FailureCode.NOT_FOUND, "no detector " + String.join(", ", rules.detectors())));
            }
            return Optional.empty();
        }
        found.removeIf(detection -> !rules.wants(detection, picture.widthPx(), picture.heightPx()));
        found.sort(Comparator.comparingDouble(Detection::confidence).reversed());
        double millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
        return Optional.of(
                new Detections(String.join("+", looked), picture.widthPx(), picture.heightPx(), millis, found));
    }

    /** Forgets earlier pictures, because the next one has nothing to do with them. */
    @Override
    public void close() {
        open.values().forEach(this::closeQuietly);
        open.clear();
    }

    private void closeQuietly(@Nullable Detector detector) {
        if (detector == null) {
            return;
        }
        try {
            detector.close();
        } catch (RuntimeException fault) {
            faults.fault(detector.name(), "the detector " + detector.name() + " could not be closed", fault);
        }
    }
}
