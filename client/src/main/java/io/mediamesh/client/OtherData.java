package io.mediamesh.client;

import io.vertx.core.json.JsonObject;

/**
 * The result of an analysis that this client has no type for.
 *
 * @param fields as they came; shared by all consumers, who leave them as they are
 */
public record OtherData(JsonObject fields) implements AudioResult {}
