package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Webhook;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLException;

/**
 * Sends an event to a webhook once: a POST to an address that is allowed, signed, without following redirects. What failed is
 * told in words that hold no part of the URL.
 */
final class WebhookSender implements AutoCloseable {
    static final String DELIVERY = "X-Mediamesh-Delivery";
    static final String EVENT = "X-Mediamesh-Event";
    static final String TIMESTAMP = "X-Mediamesh-Timestamp";
    static final String SIGNATURE = "X-Mediamesh-Signature";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MOST_ANSWER_BYTES = 64 << 10;
    private static final int CONNECTIONS_OF_HOST = 8;

    private final WebClient client;
    private final WebhookAddresses addresses;
    private final long timeoutMillis;

    /**
     * An event on its way.
     *
     * @param id the same each time that it is sent
     * @param event what happened, in one word
     * @param body JSON
     */
    record Letter(String id, String event, Buffer body) {}

    /** What came of it. */
    sealed interface Outcome {
        /** It is there. */
        record Delivered() implements Outcome {}

        /**
         * It is not.
         *
         * @param why for people
         * @param mayPass whether it is worth while to send it again
         */
        record Failed(String why, boolean mayPass) implements Outcome {}
    }

    WebhookSender(Vertx vertx, WebhookAddresses addresses, Duration timeout) {
        this.addresses = addresses;
        this.timeoutMillis = timeout.toMillis();
        this.client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setFollowRedirects(false)
                        .setUserAgent("mediamesh")
                        .setConnectTimeout(Math.toIntExact(Math.min(timeoutMillis, Integer.MAX_VALUE)))
                        .setMaxChunkSize(MOST_ANSWER_BYTES),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_OF_HOST));
    }

    /** Never fails. */
    Future<Outcome> send(Webhook webhook, Letter letter) {
        return addresses
                .resolve(webhook)
                .compose(resolved -> post(webhook, letter, resolved[0]))
                .map(WebhookSender::read)
                .otherwise(WebhookSender::unreached);
    }

    private Future<HttpResponse<Buffer>> post(Webhook webhook, Letter letter, InetAddress address) {
        URI url = webhook.url();
        boolean tls = "https".equals(url.getScheme());
        int port = url.getPort() < 0 ? (tls ? 443 : 80) : url.getPort();
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String seconds = String.valueOf(TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()));
        return client.request(
                        HttpMethod.POST,
                        // Who was allowed, not who the name stands for a moment later.
                        SocketAddress.inetSocketAddress(port, address.getHostAddress()),
                        new RequestOptions()
                                .setHost(url.getHost())
                                .setPort(port)
                                .setSsl(tls)
                                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery()))
                .putHeader("Content-Type", "application/json")
                .putHeader(DELIVERY, letter.id())
                .putHeader(EVENT, letter.event())
                .putHeader(TIMESTAMP, seconds)
                .putHeader(SIGNATURE, "sha256=" + signature(webhook.secret(), seconds, letter.body()))
                .timeout(timeoutMillis)
                .sendBuffer(letter.body())
                // The one above begins anew with every byte.
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    /** HMAC-SHA256 (RFC 2104) of the timestamp, a dot and the body, in hexadecimal digits. */
    static String signature(String secret, String timestamp, Buffer body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes()));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, missing);
        }
    }

    private static Outcome read(HttpResponse<Buffer> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return new Outcome.Delivered();
        }
        return new Outcome.Failed("it answered " + status, status >= 500 || status == 408 || status == 429);
    }

    /** In our own words: those of the network library tell the path. */
    private static Outcome unreached(Throwable failure) {
        return switch (failure) {
            case MeshException forbidden -> new Outcome.Failed(String.valueOf(forbidden.getMessage()), false);
            case UnknownHostException unknown -> new Outcome.Failed("its host is not known", true);
            case TimeoutException late -> new Outcome.Failed("it did not answer in time", true);
            case ConnectException closed -> new Outcome.Failed("it takes no connections", true);
            case SSLException untrusted -> new Outcome.Failed("its certificate or TLS cannot be trusted", true);
            default -> new Outcome.Failed("it broke off the connection", true);
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
