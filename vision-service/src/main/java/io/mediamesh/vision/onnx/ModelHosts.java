package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * From where models may be downloaded: hosts, of which https is taken, and beginnings of URLs.
 *
 * @param prefixes each ends with a '/'
 */
public record ModelHosts(List<URI> prefixes) {
    /** Copies the list. */
    public ModelHosts {
        prefixes = List.copyOf(prefixes);
    }

    /**
     * Reads a list such as {@code models.example.com, https://example.org/detectors/}.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    public static ModelHosts parse(String text) {
        return new ModelHosts(Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .map(ModelHosts::prefix)
                .toList());
    }

    private static URI prefix(String entry) {
        String url = entry.contains("://") ? entry : "https://" + entry;
        try {
            URI prefix = URI.create(url.endsWith("/") ? url : url + "/");
            if (prefix.getHost() != null
                    && List.of("https", "http").contains(prefix.getScheme().toLowerCase(Locale.ROOT))
                    && prefix.getRawQuery() == null
                    && prefix.getRawUserInfo() == null
                    && prefix.getRawFragment() == null
                    && prefix.normalize().equals(prefix)) {
                return prefix;
            }
        } catch (IllegalArgumentException wrong) {
            // told below
        }
        throw new IllegalArgumentException(
                "a list of hosts and beginnings of URLs, for example models.example.com, https://example.org/detectors/");
    }

    /**
     * Checks a source; a file is always right.
     *
     * @throws MeshException {@link FailureCode#FORBIDDEN} where it lies elsewhere, {@link FailureCode#INVALID} where it
     *     would come without encryption and without a checksum
     */
    public void check(ModelSource source) {
        if (!(source instanceof ModelSource.OfUrl download)) {
            return;
        }
        if (prefixes.stream().noneMatch(prefix -> covers(prefix, download.url()))) {
            throw new MeshException(
                    FailureCode.FORBIDDEN,
                    "models may not be downloaded from " + source.text() + "; the setting vision.model_hosts "
                            + (prefixes.isEmpty()
                                    ? "names no host from which they may"
                                    : "allows "
                                            + String.join(
                                                    ", ",
                                                    prefixes.stream()
                                                            .map(URI::toString)
                                                            .toList())),
                    "url");
        }
        if (isPlain(download.url()) && download.sha256().isEmpty()) {
            throw MeshException.invalid(
                    "sha256",
                    "a model over http, which anybody on the way can exchange, needs a sha256: " + source.text());
        }
    }

    private static boolean isPlain(URI url) {
        return url.getScheme().equalsIgnoreCase("http");
    }

    private static boolean covers(URI prefix, URI url) {
        return prefix.getScheme().equalsIgnoreCase(url.getScheme())
                && prefix.getHost().equalsIgnoreCase(url.getHost())
                && port(prefix) == port(url)
                && url.getRawPath().startsWith(prefix.getRawPath());
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : isPlain(url) ? 80 : 443;
    }
}
