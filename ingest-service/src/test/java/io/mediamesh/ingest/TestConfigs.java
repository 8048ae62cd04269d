package io.mediamesh.ingest;

import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.mesh.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.util.HashMap;
import java.util.Map;

/** Settings and sources for tests. */
final class TestConfigs {
    private TestConfigs() {}

    /** Loopback allowed, and these settings given as key, value, key, value, … */
    static IngestConfig local(String... given) {
        Map<String, String> values = new HashMap<>(Map.of("ingest.allowed_addresses", "127.0.0.0/8"));
        for (int index = 0; index < given.length; index += 2) {
            values.put(given[index], given[index + 1]);
        }
        return IngestConfig.of(Settings.of(IngestConfig.all(), values));
    }

    static AvSource source(Vertx vertx, String url, boolean loop, IngestConfig config) {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
        return new AvSource(SourceLocation.parse(SourceUrl.parse(url), config.maxSidePx()), loop, config, client);
    }
}
