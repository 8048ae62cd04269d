package io.mediamesh.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The dashboard's files and the libraries that it uses, from the class path. They are named without a version, so a
 * browser asks each time whether its copy, known by a hash of the content, is still right.
 */
final class Assets {
    private static final List<String> LIBRARIES =
            List.of("lit", "lit-html", "lit-element", "lit__reactive-element", "chart.js", "kurkle__color");
    private static final Pattern SAFE_PATH =
            Pattern.compile("(?:[A-Za-z0-9_@-][A-Za-z0-9._@-]*/)*[A-Za-z0-9_@-][A-Za-z0-9._@-]*");
    private static final Pattern INLINE_SCRIPT =
            Pattern.compile("<script(?![^>]*\\ssrc=)[^>]*>(.*?)</script>", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    private static final int MAX_FILES = 1_000;
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("map", "application/json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("md", "text/plain; charset=utf-8"));

    private final VirtualThreads blocking;
    private final Map<String, String> libraryRoots;
    private final Map<String, Optional<Asset>> loaded = new ConcurrentHashMap<>();

    private record Asset(Buffer content, String type, String tag, String scriptHashes) {}

    private Assets(VirtualThreads blocking, Map<String, String> libraryRoots) {
        this.blocking = blocking;
        this.libraryRoots = libraryRoots;
    }

    /** Finds the libraries' versions. */
    static Future<Assets> open(VirtualThreads blocking) {
        return blocking.call(() -> {
            Map<String, String> roots = new HashMap<>();
            for (String library : LIBRARIES) {
                String about = "META-INF/maven/org.webjars.npm/" + library + "/pom.properties";
                try (InputStream stream = Assets.class.getClassLoader().getResourceAsStream(about)) {
                    if (stream != null) {
                        Properties properties = new Properties();
                        properties.load(stream);
                        roots.put(
                                library,
                                "META-INF/resources/webjars/" + library + "/" + properties.getProperty("version")
                                        + "/");
                    }
                }
            }
            return new Assets(blocking, roots);
        });
    }

    /** The page at {@code /}. */
    void index(RoutingContext context) {
        serve(context, "dashboard/index.html");
    }

    /** The page at {@code /recordings/ID}. */
    void recording(RoutingContext context) {
        serve(context, "dashboard/recording.html");
    }

    /** The page at {@code /sound/ID}. */
    void sound(RoutingContext context) {
        serve(context, "dashboard/sound.html");
    }

    /** {@code GET /dashboard/…}. */
    void dashboard(RoutingContext context) {
        String rest = after(context, "/dashboard/");
        serve(context, "dashboard/" + (rest.isEmpty() ? "index.html" : rest));
    }

    /** {@code GET /webjars/{library}/…}. */
    void library(RoutingContext context) {
        String rest = after(context, "/webjars/");
        int slash = rest.indexOf('/');
        String root = slash < 0 ? null : libraryRoots.get(rest.substring(0, slash));
        if (root == null) {
            context.fail(404);
            return;
        }
        serve(context, root + rest.substring(slash + 1));
    }

    private static String after(RoutingContext context, String prefix) {
        String path = context.normalizedPath();
        return path.length() <= prefix.length() ? "" : path.substring(prefix.length());
    }

    private void serve(RoutingContext context, String resource) {
        if (!SAFE_PATH.matcher(resource).matches()) {
            context.fail(404);
            return;
        }
        Optional<Asset> known = loaded.get(resource);
        Future<Optional<Asset>> asset = known != null
                ? Future.succeededFuture(known)
                : blocking.call(() -> load(resource)).onSuccess(found -> remember(resource, found));
        asset.onSuccess(found -> found.ifPresentOrElse(present -> send(context, present), () -> context.fail(404)))
                .onFailure(context::fail);
    }

    /** Names that do not exist are not remembered: there is no end to them. */
    private void remember(String resource, Optional<Asset> found) {
        if (found.isPresent() && loaded.size() < MAX_FILES) {
            loaded.put(resource, found);
        }
    }

    private static void send(RoutingContext context, Asset asset) {
        HttpServerResponse response = context.response()
                .putHeader("ETag", asset.tag())
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Content-Security-Policy", policy(asset))
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Vary", "Accept");
        if (asset.tag().equals(context.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
        } else {
            response.putHeader("Content-Type", asset.type()).end(asset.content());
        }
    }

    /** Only what this server sends may run; a page's inline scripts (its import map) are named by their hashes. */
    private static String policy(Asset asset) {
        return "default-src 'none'; script-src 'self'" + asset.scriptHashes()
                + "; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self';"
                + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    private static Optional<Asset> load(String resource) throws IOException {
        try (InputStream stream = Assets.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                return Optional.empty();
            }
            byte[] bytes = stream.readAllBytes();
            String type = TYPES.getOrDefault(extension(resource), "application/octet-stream");
            String tag = "\"" + sha256(bytes).substring(0, 22).replaceAll("[+/]", "_") + "\"";
            String hashes = type.startsWith("text/html") ? scriptHashes(new String(bytes, StandardCharsets.UTF_8)) : "";
            return Optional.of(new Asset(Buffer.buffer(bytes), type, tag, hashes));
        }
    }

    private static String scriptHashes(String html) {
        StringBuilder hashes = new StringBuilder();
        Matcher scripts = INLINE_SCRIPT.matcher(html);
        while (scripts.find()) {
            hashes.append(" 'sha256-")
                    .append(sha256(scripts.group(1).getBytes(StandardCharsets.UTF_8)))
                    .append('\'');
        }
        return hashes.toString();
    }

    private static String sha256(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static String extension(String resource) {
        return resource.substring(resource.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
