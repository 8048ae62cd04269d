package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What detectors are to look for in a stream, and what objects have to do there to be worth an event.
 *
 * @param detectors names of those that look; empty for all that the product has
 * @param classes of objects that count; empty for all
 * @param minConfidence less certain objects are left out, 0 to 1
 * @param classConfidence the same for single classes instead
 * @param minWidth smaller objects are left out: share of the picture's width, 0 to 1
 * @param minHeight share of the picture's height
 * @param zones that objects enter and leave
 * @param lines that objects cross
 * @param cooldown for how long after an event the same happening is muted
 * @param snapshots whether events carry the best picture of their object
 * @param analytics whether events are counted all the time
 * @param webhooks where events are sent to
 */
public record DetectionRules(
        List<String> detectors,
        List<String> classes,
        double minConfidence,
        Map<String, Double> classConfidence,
        double minWidth,
        double minHeight,
        List<Zone> zones,
        List<CountingLine> lines,
        Duration cooldown,
        boolean snapshots,
        boolean analytics,
        List<Webhook> webhooks) {
    /** Under which name the directory of streams has them. */
    public static final String PART = "detection";

    /** Everything counts. */
    public static final DetectionRules NONE = ofJson(new JsonObject());

    private static final int MOST_PLACES = 64;
    private static final int MOST_WEBHOOKS = 8;
    private static final double MOST_COOLDOWN_SECONDS = 86_400;

    /** Copies the collections. */
    public DetectionRules {
        detectors = List.copyOf(detectors);
        classes = List.copyOf(classes);
        classConfidence = Map.copyOf(classConfidence);
        zones = List.copyOf(zones);
        lines = List.copyOf(lines);
        webhooks = List.copyOf(webhooks);
    }

    /** Whether objects with this label count. */
    public boolean wants(String label) {
        return classes.isEmpty() || classes.contains(label);
    }

    /** Whether a detection in a picture of this size counts. */
    public boolean wants(Detection found, int widthPx, int heightPx) {
        return wants(found.label())
                && found.confidence() >= classConfidence.getOrDefault(found.label(), minConfidence)
                && found.x2() - found.x1() >= minWidth * widthPx
                && found.y2() - found.y1() >= minHeight * heightPx;
    }

    /** Whether the stream's events are wanted even where nobody is subscribed to them. */
    public boolean standing() {
        return analytics || !webhooks.isEmpty();
    }

    /** All of it, for the directory and the store, never for clients. */
    public JsonObject toSecretJson() {
        return toJson(true);
    }

    /** The form that clients see: without secrets. */
    public JsonObject toJson() {
        return toJson(false);
    }

    private JsonObject toJson(boolean withSecrets) {
        JsonObject confidences = new JsonObject();
        new TreeMap<>(classConfidence).forEach(confidences::put);
        return new JsonObject()
                .put("detectors", new JsonArray(detectors))
                .put("classes", new JsonArray(classes))
                .put("min_confidence", minConfidence)
                .put("class_confidence", confidences)
                .put("min_size", new JsonObject().put("width", minWidth).put("height", minHeight))
                .put("zones", new JsonArray(zones.stream().map(Zone::toJson).toList()))
                .put(
                        "lines",
                        new JsonArray(lines.stream().map(CountingLine::toJson).toList()))
                .put("cooldown_seconds", RuleFields.seconds(cooldown))
                .put("snapshots", snapshots)
                .put("analytics", analytics)
                .put(
                        "webhooks",
                        new JsonArray(webhooks.stream()
                                .map(hook -> hook.toJson(withSecrets))
                                .toList()));
    }

    /**
     * Reads what {@link #toSecretJson()} wrote, and what clients write.
     *
     * @throws MeshException {@link FailureCode#INVALID} naming the field and what is allowed
     */
    public static DetectionRules ofJson(JsonObject json) {
        RuleFields fields = new RuleFields(json, "");
        fields.allowOnly(
                "detectors",
                "classes",
                "min_confidence",
                "class_confidence",
                "min_size",
                "zones",
                "lines",
                "cooldown_seconds",
                "snapshots",
                "analytics",
                "webhooks");
        RuleFields size = fields.object("min_size");
        size.allowOnly("width", "height");
        DetectionRules rules = new DetectionRules(
                fields.texts("detectors"),
                fields.texts("classes"),
                fields.number("min_confidence", 0, 0, 1),
                confidences(fields.object("class_confidence")),
                size.number("width", 0, 0, 1),
                size.number("height", 0, 0, 1),
                fields.objects("zones", MOST_PLACES, Zone::ofJson),
                fields.objects("lines", MOST_PLACES, CountingLine::ofJson),
                RuleFields.duration(fields.number("cooldown_seconds", 0, 0, MOST_COOLDOWN_SECONDS)),
                fields.flag("snapshots", true),
                fields.flag("analytics", false),
                fields.objects("webhooks", MOST_WEBHOOKS, Webhook::ofJson));
        rules.checkNames();
        return rules;
    }

    /**
     * The same of a client that has seen {@link #toJson()} of the rules so far: a secret and a URL of a webhook that it sends
     * back masked stay as they were.
     *
     * @throws MeshException {@link FailureCode#INVALID} naming the field and what is allowed
     */
    public static DetectionRules ofClient(JsonObject json, Optional<DetectionRules> former) {
        JsonObject whole = json.copy();
        Map<String, Webhook> known = former.map(DetectionRules::webhooks).orElse(List.of()).stream()
                .collect(Collectors.toMap(Webhook::name, Function.identity()));
        if (whole.getValue("webhooks") instanceof JsonArray hooks) {
            for (Object hook : hooks) {
                if (hook instanceof JsonObject object && object.getValue("name") instanceof String name) {
                    Optional.ofNullable(known.get(name)).ifPresent(before -> unmask(object, before));
                }
            }
        }
        return ofJson(whole);
    }

    private static void unmask(JsonObject sent, Webhook before) {
        boolean sameUrl = before.maskedUrl().equals(sent.getValue("url"))
                || before.url().toString().equals(sent.getValue("url"));
        if (before.maskedUrl().equals(sent.getValue("url"))) {
            sent.put("url", before.url().toString());
        }
        // The secret goes nowhere else than to where it was given for.
        if (sameUrl && Webhook.MASK.equals(sent.getValue("secret"))) {
            sent.put("secret", before.secret());
        }
    }

    private static Map<String, Double> confidences(RuleFields fields) {
        Map<String, Double> confidences = new HashMap<>();
        for (String label : fields.json().fieldNames()) {
            fields.required(label);
            confidences.put(label, fields.number(label, 0, 0, 1));
        }
        return confidences;
    }

    private void checkNames() {
        Set<String> places = new HashSet<>();
        for (int index = 0; index < zones.size(); index++) {
            unique(places, zones.get(index).name(), "zones." + index + ".name", "zone or line");
        }
        for (int index = 0; index < lines.size(); index++) {
            unique(places, lines.get(index).name(), "lines." + index + ".name", "zone or line");
        }
        Set<String> hooks = new HashSet<>();
        for (int index = 0; index < webhooks.size(); index++) {
            Webhook hook = webhooks.get(index);
            unique(hooks, hook.name(), "webhooks." + index + ".name", "webhook");
            for (String place : hook.places()) {
                if (!places.contains(place)) {
                    throw MeshException.invalid(
                            "webhooks." + index + ".places",
                            "there is no zone or line " + Quoted.of(place) + "; there are "
                                    + (places.isEmpty() ? "none" : String.join(", ", places)));
                }
            }
        }
    }

    private static void unique(Set<String> names, String name, String field, String what) {
        if (!names.add(name)) {
            throw MeshException.invalid(field, "another " + what + " is called " + Quoted.of(name) + " already");
        }
    }
}
