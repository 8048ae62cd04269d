package io.mediamesh.client;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where a server is.
 *
 * @param prefix what comes before the paths of the API, without a slash at its end; empty for most servers
 */
record Endpoint(String host, int port, boolean tls, String prefix) {
    /**
     * Reads a base URL.
     *
     * @throws IllegalArgumentException saying what a base URL must look like
     */
    static Endpoint of(URI url) {
        String scheme = String.valueOf(url.getScheme());
        boolean tls = scheme.equalsIgnoreCase("https");
        if (!tls && !scheme.equalsIgnoreCase("http")) {
            throw wrong("must begin with http:// or https://");
        }
        String host = url.getHost();
        if (host == null) {
            throw wrong("must name a host");
        }
        if (url.getRawUserInfo() != null) {
            throw wrong("must not hold credentials; a token belongs into ClientOptions");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw wrong("must end with its path");
        }
        int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        // Sockets know IPv6 addresses without the brackets that a URL needs.
        String address = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return new Endpoint(address, port, tls, path.replaceFirst("/+$", ""));
    }

    /**
     * Reads the address of WebSockets, whose scheme may be that of HTTP too.
     *
     * @throws IllegalArgumentException saying what it must look like
     */
    static Endpoint ofSocket(URI url) {
        String scheme = String.valueOf(url.getScheme());
        if (!scheme.equalsIgnoreCase("ws") && !scheme.equalsIgnoreCase("wss")) {
            return of(url);
        }
        return of(URI.create("http" + url.toString().substring("ws".length())));
    }

    private static IllegalArgumentException wrong(String rule) {
        return new IllegalArgumentException("the base URL " + rule + ", for example http://127.0.0.1:8080");
    }

    String offer() {
        return prefix + "/offer";
    }

    String connections() {
        return prefix + "/api/connections";
    }

    String count() {
        return connections() + "/count";
    }

    String connection(String connectionId) {
        // Made for forms, it differs from what a path needs in the blank only.
        return connections() + "/"
                + URLEncoder.encode(connectionId, StandardCharsets.UTF_8).replace("+", "%20");
    }

    String intensity(String connectionId) {
        return connection(connectionId) + "/intensity";
    }

    /** For messages. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + prefix;
    }
}
