package io.mediamesh.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The OpenAPI contract.
 *
 * @param text as it is served
 * @param openApi as requests are checked against it
 */
record Contract(Buffer text, OpenAPIContract openApi) {
    private static final String RESOURCE = "io/mediamesh/gateway/openapi.yaml";

    private static final String OWN_CHECKS = "x-own-checks";

    private static final JsonObject JSON_BODY =
            new JsonObject().put("content", new JsonObject().put("application/json", new JsonObject()));

    static Future<Contract> load(Vertx vertx, VirtualThreads blocking) {
        return blocking.call(Contract::read).compose(text -> blocking.call(() -> requestsOnly(text))
                .compose(tree -> OpenAPIContract.from(vertx, tree))
                .map(contract -> new Contract(text, contract)));
    }

    private static Buffer read() throws IOException {
        try (InputStream stream = Contract.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is missing");
            }
            return Buffer.buffer(stream.readAllBytes());
        }
    }

    /**
     * Vert.x refuses contracts with types that it can't check, such as JPEG and SDP. Answers are not checked; a body of
     * another type than JSON is looked at by whoever takes it, and so is one whose operation says so, because it can tell
     * better what is wrong.
     */
    private static JsonObject requestsOnly(Buffer text) {
        Map<String, Object> tree =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(text.toString(StandardCharsets.UTF_8));
        JsonObject contract = new JsonObject(JsonObject.mapFrom(tree).encode());
        forget(contract.getJsonObject("components").getJsonObject("responses"));
        contract.getJsonObject("paths").forEach(path -> ((JsonObject) path.getValue()).forEach(operation -> {
            if (operation.getValue() instanceof JsonObject described && described.containsKey("responses")) {
                forget(described.getJsonObject("responses"));
                JsonObject body = described.getJsonObject("requestBody", JSON_BODY);
                JsonObject content = body.getJsonObject("content");
                if (!content.containsKey("application/json")) {
                    described.remove("requestBody");
                } else if (described.remove(OWN_CHECKS) != null) {
                    content.getJsonObject("application/json").put("schema", new JsonObject().put("type", "object"));
                }
            }
        }));
        return contract;
    }

    private static void forget(JsonObject responses) {
        responses.forEach(response -> ((JsonObject) response.getValue()).remove("content"));
    }
}
