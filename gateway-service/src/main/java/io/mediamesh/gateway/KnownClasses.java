package io.mediamesh.gateway;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.DetectorsProtocol;
import io.mediamesh.contracts.DetectorsProtocol.Detector;
import io.mediamesh.contracts.DetectorsProtocol.Known;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Spelling;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether rules name detectors and classes that there are. */
final class KnownClasses {
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final int MOST_NAMED = 20;

    private final Mesh mesh;

    KnownClasses(Mesh mesh) {
        this.mesh = mesh;
    }

    /**
     * Asks those who detect. Where nobody does yet the rules wait for somebody; where a detector cannot tell its classes,
     * any will do.
     *
     * @return fails with a {@link MeshException} naming the field and the nearest known name
     */
    Future<Void> check(DetectionRules rules) {
        return mesh.vertx()
                .eventBus()
                .<JsonObject>request(
                        DetectorsProtocol.ADDRESS,
                        new JsonObject(),
                        new DeliveryOptions().setSendTimeout(TIMEOUT_MILLIS))
                .transform(answer -> {
                    if (answer.succeeded()) {
                        check(rules, Known.ofJson(answer.result().body()));
                        return Future.succeededFuture();
                    }
                    return answer.cause() instanceof ReplyException reply
                                    && reply.failureType() == ReplyFailure.NO_HANDLERS
                            ? Future.succeededFuture()
                            : Future.failedFuture(MeshException.ofReply(answer.cause()));
                });
    }

    private static void check(DetectionRules rules, Known known) {
        List<String> names = known.detectors().stream().map(Detector::name).toList();
        for (int index = 0; index < rules.detectors().size(); index++) {
            String name = rules.detectors().get(index);
            if (!names.contains(name)) {
                throw unknown("detectors." + index, "detector", name, "vision.detectors has", names);
            }
        }
        List<Detector> chosen = known.detectors().stream()
                .filter(detector ->
                        rules.detectors().isEmpty() || rules.detectors().contains(detector.name()))
                .toList();
        if (chosen.isEmpty()
                || chosen.stream().anyMatch(detector -> detector.classes().isEmpty())) {
            return;
        }
        Set<String> classes = new TreeSet<>();
        chosen.forEach(detector -> classes.addAll(detector.classes().orElse(List.of())));
        String givers = String.join(", ", chosen.stream().map(Detector::name).toList())
                + (chosen.size() == 1 ? " knows" : " know");
        check("classes", rules.classes(), classes, givers);
        for (String label : rules.classConfidence().keySet()) {
            if (!classes.contains(label)) {
                throw unknown("class_confidence." + label, "class", label, givers, classes);
            }
        }
        // Objects that were marked by hand come into zones, too.
        classes.add(ObjectEvent.MARKED);
        for (int index = 0; index < rules.zones().size(); index++) {
            check("zones." + index + ".classes", rules.zones().get(index).classes(), classes, givers);
        }
        for (int index = 0; index < rules.lines().size(); index++) {
            check("lines." + index + ".classes", rules.lines().get(index).classes(), classes, givers);
        }
        for (int index = 0; index < rules.webhooks().size(); index++) {
            check("webhooks." + index + ".classes", rules.webhooks().get(index).classes(), classes, givers);
        }
    }

    private static void check(String field, List<String> labels, Set<String> classes, String givers) {
        for (int index = 0; index < labels.size(); index++) {
            if (!classes.contains(labels.get(index))) {
                throw unknown(field + "." + index, "class", labels.get(index), givers, classes);
            }
        }
    }

    private static MeshException unknown(
            String field, String what, String name, String givers, Collection<String> known) {
        Optional<String> nearest = Spelling.nearest(name, known);
        String all = String.join(", ", known.stream().limit(MOST_NAMED).toList());
        return MeshException.invalid(
                field,
                "there is no " + what + " " + Quoted.of(name)
                        + nearest.map(near -> "; did you mean " + Quoted.of(near) + "?")
                                .orElse(";")
                        + " " + givers + " " + all + (known.size() > MOST_NAMED ? ", …" : ""));
    }
}
