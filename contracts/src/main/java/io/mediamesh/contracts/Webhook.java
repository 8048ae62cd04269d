package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where events of a stream are sent to. The URL and the secret as given are for whoever sends; everything that prints a
 * webhook gets {@link #maskedUrl()}, because what is in a path is often a token.
 *
 * @param name unique among the webhooks of the stream
 * @param url http or https
 * @param secret with which what is sent is signed
 * @param events that are sent
 * @param classes of objects whose events are sent; empty for all
 * @param places zones and lines whose events are sent; empty for all events, with a place or without
 */
public record Webhook(
        String name, URI url, String secret, Set<ObjectEvent.Kind> events, List<String> classes, List<String> places) {
    /** What stands for a secret in answers; sent back, it leaves the secret as it was. */
    public static final String MASK = "********";

    private static final int LONGEST_URL = 2048;
    private static final int SHORTEST_SECRET = 8;
    private static final int LONGEST_SECRET = 256;
    private static final String HIDDEN = "***";
    /** A part of a path that is a plain word or a version, and therefore no token. */
    private static final Pattern PLAIN = Pattern.compile("[a-z]{1,12}|v\\d{1,2}");

    /** Copies the collections. */
    public Webhook {
        events = Set.copyOf(events);
        classes = List.copyOf(classes);
        places = List.copyOf(places);
    }

    /** Whether this event is to be sent. */
    public boolean wants(ObjectEvent event) {
        return !event.muted()
                && events.contains(event.kind())
                && (classes.isEmpty() || classes.contains(event.label()))
                && (places.isEmpty() || event.place().filter(places::contains).isPresent());
    }

    /** The URL with everything hidden that may be a token: parts of the path that are no plain words, and the query. */
    public String maskedUrl() {
        String path = Arrays.stream(url.getRawPath().split("/", -1))
                .map(part -> part.isEmpty() || PLAIN.matcher(part).matches() ? part : HIDDEN)
                .collect(Collectors.joining("/"));
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + path + (url.getRawQuery() == null ? "" : "?" + HIDDEN);
    }

    JsonObject toJson(boolean withSecrets) {
        return new JsonObject()
                .put("name", name)
                .put("url", withSecrets ? url.toString() : maskedUrl())
                .put("secret", withSecrets ? secret : MASK)
                .put(
                        "events",
                        new JsonArray(
                                events.stream().sorted().map(RuleFields::word).toList()))
                .put("classes", new JsonArray(classes))
                .put("places", new JsonArray(places));
    }

    static Webhook ofJson(RuleFields fields) {
        fields.allowOnly("name", "url", "secret", "events", "classes", "places");
        String secret = fields.text("secret", SHORTEST_SECRET, LONGEST_SECRET);
        if (secret.equals(MASK)) {
            throw MeshException.invalid(
                    fields.path("secret"),
                    fields.path("secret") + " is masked, and there is no webhook of this name that has one already");
        }
        return new Webhook(
                fields.name(),
                url(fields.text("url", 1, LONGEST_URL), fields.path("url")),
                secret,
                fields.choices("events", ObjectEvent.Kind.class),
                fields.texts("classes"),
                fields.texts("places"));
    }

    private static URI url(String text, String field) {
        try {
            URI url = new URI(text);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (web && url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null) {
                if (text.contains(HIDDEN)) {
                    throw MeshException.invalid(
                            field, field + " is masked, and there is no webhook of this name with this URL");
                }
                return url;
            }
        } catch (URISyntaxException malformed) {
            // told below
        }
        throw MeshException.invalid(
                field,
                field + " must be a URL such as https://example.com/hook, with http or https and without user, password"
                        + " and fragment");
    }

    @Override
    public String toString() {
        return name + " (" + maskedUrl() + ")";
    }
}
