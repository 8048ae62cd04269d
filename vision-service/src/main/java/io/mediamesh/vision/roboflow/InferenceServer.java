package io.mediamesh.vision.roboflow;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.vision.Renewable;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.circuitbreaker.RetryPolicy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An inference server that speaks Roboflow's HTTP API: {@code POST /PROJECT/VERSION} with a picture as base64. What
 * may pass is asked again after a pause that grows; a server that fails again and again is left alone for a while. The
 * key is part of each request's address, so nothing of a failed request's own words is ever told. Thread-safe.
 */
public final class InferenceServer implements Renewable {
    private static final Logger LOG = LoggerFactory.getLogger(InferenceServer.class);
    private static final String KEY_PARAMETER = "api_key";
    private static final int MOST_ANSWER_BYTES = 4 << 20;
    private static final int MOST_REASON_CHARACTERS = 120;
    private static final int FAILURES_BEFORE_PAUSE = 5;
    private static final long FIRST_RETRY_MILLIS = 200;
    private static final long LAST_RETRY_MILLIS = 2_000;

    /**
     * How a server is asked.
     *
     * @param url of the server, without a slash at the end
     * @param apiKey that it wants; a secret
     * @param timeout how long one answer may take
     * @param retries how often what failed is asked again
     * @param pause how long a server that fails again and again is left alone
     * @param connections requests at a time
     * @param minConfidence 0 to 1; what is less certain is left out by the server
     */
    public record Access(
            String url,
            String apiKey,
            Duration timeout,
            int retries,
            Duration pause,
            int connections,
            double minConfidence) {
        /** Without the key. */
        @Override
        public String toString() {
            return "access to " + url;
        }
    }

    private sealed interface Answer {
        record Found(List<Detection> objects) implements Answer {}

        /** Asking again would not help. */
        record Refused(MeshException why) implements Answer {}
    }

    /** What is not asked again before a moment of {@link System#nanoTime()}. */
    private record Refusal(MeshException why, long untilNanos) {}

    private final Access access;
    private final Context context;
    // No more than the models in the settings.
    private final Map<HostedModel, Refusal> refusals = new ConcurrentHashMap<>();
    private final WebClient client;
    private final CircuitBreaker breaker;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Nothing is asked yet. */
    public InferenceServer(Vertx vertx, Access access) {
        this.access = access;
        this.context = vertx.getOrCreateContext();
        WebClientOptions options = new WebClientOptions()
                .setFollowRedirects(false)
                .setUserAgentEnabled(false)
                .setConnectTimeout(Math.toIntExact(Math.min(access.timeout().toMillis(), Integer.MAX_VALUE)))
                .setMaxChunkSize(MOST_ANSWER_BYTES);
        this.client = WebClient.create(
                vertx,
                options,
                new PoolOptions().setHttp1MaxSize(access.connections()).setHttp2MaxSize(access.connections()));
        this.breaker = CircuitBreaker.create(
                        "mediamesh-roboflow",
                        vertx,
                        new CircuitBreakerOptions()
                                .setMaxFailures(FAILURES_BEFORE_PAUSE)
                                .setFailuresRollingWindow(FAILURES_BEFORE_PAUSE * longestMillis(access))
                                .setMaxRetries(access.retries())
                                .setTimeout(-1)
                                .setResetTimeout(access.pause().toMillis()))
                .retryPolicy(RetryPolicy.exponentialDelayWithJitter(FIRST_RETRY_MILLIS, LAST_RETRY_MILLIS))
                .openHandler(opened -> LOG.warn(
                        "the inference server {} failed {} times; it is not asked for {} s, and its detections are"
                                + " missing",
                        access.url(),
                        FAILURES_BEFORE_PAUSE,
                        access.pause().toSeconds()))
                .closeHandler(closed -> LOG.info("the inference server {} answers again", access.url()));
    }

    /** How long a picture may take until it has failed: the breaker forgets failures that are further apart. */
    private static long longestMillis(Access access) {
        return (access.retries() + 1L) * (access.timeout().toMillis() + LAST_RETRY_MILLIS);
    }

    /**
     * What a model sees in a picture. Blocks, for the timeout of every try and the pauses between them at most.
     *
     * @param scaleX from pixels of the JPEG to those of the frame
     * @param scaleY likewise
     * @throws MeshException saying what is wrong with the server, the key or the model
     */
    public List<Detection> detect(HostedModel model, Jpeg picture, double scaleX, double scaleY) {
        Refusal before = refusals.get(model);
        if (before != null && before.untilNanos - System.nanoTime() > 0) {
            throw before.why;
        }
        String image = Base64.getEncoder().encodeToString(picture.bytes().toArray());
        Promise<Answer> asked = Promise.promise();
        context.runOnContext(started -> breaker.<Answer>execute(
                        promise -> ask(model, image, scaleX, scaleY).onComplete(promise))
                .onComplete(asked));
        try {
            Answer answer =
                    asked.future().toCompletionStage().toCompletableFuture().get();
            return switch (answer) {
                case Answer.Found found -> found.objects();
                case Answer.Refused refused -> {
                    refusals.put(
                            model,
                            new Refusal(
                                    refused.why(),
                                    System.nanoTime() + access.pause().toNanos()));
                    throw refused.why();
                }
            };
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw failure(FailureCode.UNAVAILABLE, "is not waited for, because this service stops");
        } catch (ExecutionException failed) {
            throw told(failed);
        }
    }

    private MeshException told(ExecutionException failed) {
        return switch (failed.getCause()) {
            case MeshException known -> known;
            case OpenCircuitException open -> failure(FailureCode.UNAVAILABLE, "failed too often to be asked just now");
            case null, default -> failure(FailureCode.INTERNAL, "cannot be asked");
        };
    }

    private Future<Answer> ask(HostedModel model, String image, double scaleX, double scaleY) {
        long timeoutMillis = access.timeout().toMillis();
        return client.postAbs(access.url() + "/" + model)
                .addQueryParam(KEY_PARAMETER, access.apiKey())
                .addQueryParam("confidence", String.format(Locale.ROOT, "%.3f", access.minConfidence()))
                .putHeader("Content-Type", "application/x-www-form-urlencoded")
                .timeout(timeoutMillis)
                .sendBuffer(Buffer.buffer(image))
                // The one above begins anew with every byte.
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .transform(sent -> sent.succeeded()
                        ? read(model, sent.result(), scaleX, scaleY)
                        : Future.failedFuture(unreached(sent.cause())));
    }

    private Future<Answer> read(HostedModel model, HttpResponse<Buffer> response, double scaleX, double scaleY) {
        int status = response.statusCode();
        return switch (status) {
            case 200 -> found(response, scaleX, scaleY);
            case 401, 403 ->
                refused(
                        FailureCode.FORBIDDEN,
                        "refuses the key in ROBOFLOW_API_KEY for the model " + model + " (" + status + ")");
            case 404 -> refused(FailureCode.NOT_FOUND, "has no model " + model);
            case 408, 429 -> Future.failedFuture(failure(FailureCode.UNAVAILABLE, "answered " + status));
            default -> {
                String what = "answered " + status + reason(response);
                yield status < 500
                        ? refused(FailureCode.INVALID, what)
                        : Future.failedFuture(failure(FailureCode.UPSTREAM, what));
            }
        };
    }

    private Future<Answer> found(HttpResponse<Buffer> response, double scaleX, double scaleY) {
        try {
            Buffer body = response.body();
            JsonObject answer = body == null ? new JsonObject() : new JsonObject(body);
            return Future.succeededFuture(new Answer.Found(Prediction.read(answer, scaleX, scaleY)));
        } catch (DecodeException | ClassCastException noSuchAnswer) {
            return refused(
                    FailureCode.UPSTREAM,
                    "gave an answer without the predictions of an object detection; is the model of another kind?");
        }
    }

    /** Its own words, unless it repeats what it was asked, for the key is in there. */
    private String reason(HttpResponse<Buffer> response) {
        try {
            Buffer body = response.body();
            Object told = body == null ? "" : new JsonObject(body).getValue("message");
            if (told instanceof String message && !message.isEmpty() && !mayTellTheKey(message)) {
                return ": " + Quoted.of(message.substring(0, Math.min(MOST_REASON_CHARACTERS, message.length())));
            }
        } catch (DecodeException | ClassCastException noJson) {
            // then there are no words of its own
        }
        return "";
    }

    private boolean mayTellTheKey(String text) {
        return text.contains(KEY_PARAMETER) || text.contains(access.apiKey());
    }

    private Future<Answer> refused(FailureCode code, String what) {
        return Future.succeededFuture(new Answer.Refused(failure(code, what)));
    }

    private MeshException unreached(Throwable cause) {
        return switch (cause) {
            case TimeoutException late ->
                failure(
                        FailureCode.UPSTREAM_TIMEOUT,
                        "did not answer within " + access.timeout().toMillis() + " ms");
            case UnknownHostException unknown -> failure(FailureCode.UPSTREAM, "has a name that nobody knows");
            case ConnectException closed -> failure(FailureCode.UPSTREAM, "takes no connections");
            default -> failure(FailureCode.UPSTREAM, "broke off the connection");
        };
    }

    private MeshException failure(FailureCode code, String what) {
        return new MeshException(code, "the inference server " + access.url() + " " + what);
    }

    /** Models are exchanged over there. */
    @Override
    public boolean renew() {
        return false;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            breaker.close();
            client.close();
        }
    }
}
