package io.mediamesh.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Requests to the server. Failures are a {@link MediameshException} or a {@link NoAnswerException}. */
final class HttpCalls {
    /** An offer takes its connection for seconds, and others should not have to wait for it. */
    private static final int MAX_CONNECTIONS = 32;

    private final Endpoint server;
    private final ClientOptions options;
    private final WebClient client;

    HttpCalls(Vertx vertx, Endpoint server, ClientOptions options) {
        this.server = server;
        this.options = options;
        // A redirection would take the token to wherever it leads.
        WebClientOptions web = new WebClientOptions().setUserAgent("mediamesh-java-client");
        web.setFollowRedirects(false);
        // For an answer that stops in its middle: the limit of a request is that of its answer's head.
        web.setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) options.requestTimeout().toMillis());
        this.client = WebClient.create(vertx, web, new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
    }

    /** The answer of a GET, as {@code reader} understands it. */
    <T> Future<T> get(String path, Function<JsonObject, T> reader) {
        return read(HttpMethod.GET, path, request(HttpMethod.GET, path).send(), reader);
    }

    /** The answer of a POST, as {@code reader} understands it. */
    <T> Future<T> post(String path, JsonObject body, Function<JsonObject, T> reader) {
        return read(HttpMethod.POST, path, request(HttpMethod.POST, path).sendJsonObject(body), reader);
    }

    /** A DELETE, whose answer says nothing. */
    Future<Void> delete(String path) {
        return answer(HttpMethod.DELETE, path, request(HttpMethod.DELETE, path).send())
                .mapEmpty();
    }

    void close() {
        client.close();
    }

    private HttpRequest<Buffer> request(HttpMethod method, String path) {
        long limitMillis = options.requestTimeout().toMillis();
        HttpRequest<Buffer> request = client.request(method, server.port(), server.host(), path)
                .ssl(server.tls())
                .putHeader("Accept", "application/json")
                .connectTimeout(limitMillis)
                .timeout(limitMillis);
        options.bearerToken().ifPresent(request::bearerTokenAuthentication);
        return request;
    }

    private <T> Future<T> read(
            HttpMethod method, String path, Future<HttpResponse<Buffer>> sent, Function<JsonObject, T> reader) {
        return answer(method, path, sent).map(response -> {
            try {
                return reader.apply(objectIn(response));
            } catch (DecodeException notAsAgreed) {
                throw Failures.malformed(response.statusCode(), name(method, path), notAsAgreed);
            }
        });
    }

    private static JsonObject objectIn(HttpResponse<Buffer> response) {
        Buffer body = response.body();
        if (body != null && body.toJsonValue() instanceof JsonObject object) {
            return object;
        }
        throw new DecodeException("it has no JSON object");
    }

    private Future<HttpResponse<Buffer>> answer(HttpMethod method, String path, Future<HttpResponse<Buffer>> sent) {
        return sent.recover(failure -> Future.failedFuture(Failures.ofRequest(name(method, path), failure)))
                .compose(response -> response.statusCode() / 100 == 2
                        ? Future.succeededFuture(response)
                        : Future.failedFuture(Failures.ofAnswer(response.statusCode(), response.body())));
    }

    private String name(HttpMethod method, String path) {
        return method + " " + path + " at " + server;
    }
}
