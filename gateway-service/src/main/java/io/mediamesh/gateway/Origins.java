package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which web pages may use the gateway: those it serves itself and those of listed origins. A server bound to the
 * loopback address also checks the Host header, because a foreign name that resolves to 127.0.0.1 would make a foreign
 * page look like one of its own (DNS rebinding).
 */
final class Origins {
    private static final Pattern IP_LITERAL =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+\\]|[0-9a-fA-F]*:[0-9a-fA-F:.]+");
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET, HttpMethod.PUT, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.OPTIONS);
    private static final Set<String> EXPOSED = Set.of(
            "Location",
            "Retry-After",
            "ETag",
            "Link",
            "Accept-Patch",
            "Accept-Post",
            "Accept-Ranges",
            "Content-Range",
            "Content-Disposition");

    private static final List<String> LOOPBACK_NAMES = List.of("localhost", "127.0.0.1", "[::1]");

    private final List<String> allowed;
    private final List<String> hosts;
    private final boolean loopback;

    Origins(List<String> allowed, List<String> hosts, boolean loopback) {
        this.allowed = allowed.stream().map(Origins::canonical).toList();
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
        this.loopback = loopback;
    }

    /** The handler that answers preflights and adds headers, where any foreign origin is allowed. */
    Optional<Handler<RoutingContext>> corsHandler() {
        if (allowed.isEmpty()) {
            return Optional.empty();
        }
        CorsHandler handler = CorsHandler.create()
                .allowedMethods(METHODS)
                .allowedHeader("Content-Type")
                .allowedHeader("Accept")
                .allowedHeader("Authorization")
                .allowedHeader("If-Match")
                .allowedHeader("If-None-Match")
                .allowedHeader("If-Range")
                .allowedHeader("Range")
                .allowedHeader("Last-Event-ID")
                .exposedHeaders(EXPOSED)
                .maxAgeSeconds(600);
        CorsHandler foreign = allowed.contains("*") ? handler.addOriginWithRegex(".*") : handler.addOrigins(allowed);
        return Optional.of(context -> {
            String origin = context.request().getHeader("Origin");
            if (origin != null && isOwn(context.request(), origin)) {
                context.next();
            } else {
                foreign.handle(context);
            }
        });
    }

    /** Fails for a Host that a page of a foreign server could have made up. */
    void checkHost(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        String host = authority == null ? "" : authority.host().toLowerCase(Locale.ROOT);
        boolean known = !loopback
                || host.equals("localhost")
                || host.endsWith(".localhost")
                || IP_LITERAL.matcher(host).matches()
                || hosts.contains(host)
                || authority == null;
        if (!known) {
            throw new MeshException(
                    FailureCode.FORBIDDEN,
                    "this server is not known as " + Quoted.of(host) + "; the setting " + GatewayConfig.HOSTS.key()
                            + " lists the names it may be called by");
        }
    }

    /** Fails for a WebSocket that a page of a foreign origin opens: browsers don't ask before, as they do for HTTP. */
    void checkWebSocket(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        if (origin == null || allowed.contains("*") || allowed.contains(canonical(origin))) {
            return;
        }
        if (!isOwn(request, origin)) {
            throw new MeshException(
                    FailureCode.FORBIDDEN,
                    "pages of " + Quoted.of(origin) + " may not open WebSockets here; the setting "
                            + GatewayConfig.ORIGINS.key() + " lists those that may");
        }
    }

    /**
     * Fails for a WebSocket that a page of a foreign origin opens at one of the ports for sound, where the pages of the
     * server itself are not.
     *
     * @param pagePorts where they are
     */
    void checkWebSocket(HttpServerRequest request, List<Integer> pagePorts) {
        String origin = request.getHeader("Origin");
        if (origin == null || !isOwn(request, origin, pagePorts)) {
            checkWebSocket(request);
        }
    }

    /** The origin that is told that its pages may read the answer of such a port. */
    Optional<String> readableBy(HttpServerRequest request, List<Integer> pagePorts) {
        return Optional.ofNullable(request.getHeader("Origin"))
                .filter(origin -> allowed.contains("*")
                        || allowed.contains(canonical(origin))
                        || isOwn(request, origin)
                        || isOwn(request, origin, pagePorts));
    }

    /** Whether the page came from this machine and one of these ports of it. */
    private static boolean isOwn(HttpServerRequest request, String origin, List<Integer> pagePorts) {
        HostAndPort authority = request.authority();
        if (authority == null) {
            return false;
        }
        String host = authority.host().toLowerCase(Locale.ROOT);
        String page = canonical(origin);
        List<String> names = LOOPBACK_NAMES.contains(host) ? LOOPBACK_NAMES : List.of(host);
        return pagePorts.stream()
                .anyMatch(port -> names.stream().anyMatch(name -> page.equals("http://" + name + ":" + port)));
    }

    /** Whether the page came from this very server. */
    private static boolean isOwn(HttpServerRequest request, String origin) {
        String host = request.getHeader("Host");
        return host != null && canonical(origin).replaceFirst("^https?://", "").equals(host.toLowerCase(Locale.ROOT));
    }

    private static String canonical(String origin) {
        String lower = origin.strip().toLowerCase(Locale.ROOT);
        return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
