package io.mediamesh.ingest;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.SourceUrl;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The body of an HTTP resource as a stream of bytes. Connects to an address that was checked before, follows
 * redirects only after checking their target too, and holds back the server when the reader is slow. Blocking; belongs
 * to the source's thread.
 */
final class HttpFeed implements ByteFeed {
    private static final int MOST_REDIRECTS = 5;
    private static final String MULTIPART = "multipart/x-mixed-replace";

    private final HttpClient client;
    private final IngestConfig config;
    private final ReadGuard guard;
    private final int attempt;
    private SourceLocation.Remote location;
    private String authorization = "";
    private String contentType = "";
    private long length = -1;
    private boolean seekable;
    private long position;
    private @Nullable HttpBody body;

    /** A feed that is not connected yet; {@code attempt} chooses among the addresses of the host. */
    HttpFeed(HttpClient client, SourceLocation.Remote location, IngestConfig config, ReadGuard guard, int attempt) {
        this.client = client;
        this.location = location;
        this.config = config;
        this.guard = guard;
        this.attempt = attempt;
    }

    /** Asks for the resource. */
    void connect() throws SourceFault {
        guard.allow(config.openTimeout());
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpBody answer = request(0);
            int status = answer.response().statusCode();
            if (status == 200) {
                accept(answer);
                return;
            }
            answer.close();
            if (status == 401 && authorization.isEmpty()) {
                authorization = HttpAuthorization.answer(
                                location.userInfo(),
                                answer.response().headers().getAll("WWW-Authenticate"),
                                requestUri(location))
                        .orElseThrow(() -> SourceFault.giveUp("the server asks for a user name and password (401)"));
            } else if (status >= 301 && status <= 308 && answer.response().getHeader(HttpHeaders.LOCATION) != null) {
                follow(answer.response().getHeader(HttpHeaders.LOCATION));
            } else {
                throw refused(answer.response());
            }
        }
        throw SourceFault.giveUp("the server redirects more than " + MOST_REDIRECTS + " times");
    }

    private static SourceFault refused(HttpClientResponse response) {
        String said = response.statusCode() + " " + response.statusMessage();
        return switch (response.statusCode()) {
            case 401, 403, 407 -> SourceFault.giveUp("the server refuses the user name or password (" + said + ")");
            case 400, 405, 406, 410, 501 -> SourceFault.giveUp("the server refuses: " + said);
            default -> SourceFault.retry("the server answers " + said);
        };
    }

    private void accept(HttpBody answer) throws SourceFault {
        HttpClientResponse response = answer.response();
        contentType = Optional.ofNullable(response.getHeader(HttpHeaders.CONTENT_TYPE))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        if (contentType.startsWith("text/html")) {
            answer.close();
            throw SourceFault.giveUp("it is a web page, neither video nor audio");
        }
        String announced = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (announced != null && announced.matches("\\d{1,18}") && !isMultipart()) {
            length = Long.parseLong(announced);
            seekable = "bytes".equalsIgnoreCase(response.getHeader(HttpHeaders.ACCEPT_RANGES));
        }
        body = answer;
    }

    private HttpBody request(long from) throws SourceFault {
        try {
            InetAddress[] addresses = SourceRules.resolve(location.host(), config.addresses());
            InetAddress address = addresses[attempt % addresses.length];
            return guard.await(send(address, from)
                    .map(response -> new HttpBody(response, guard))
                    .toCompletionStage()
                    .toCompletableFuture());
        } catch (UnknownHostException unknown) {
            throw SourceFault.retry("the host " + location.host() + " is not known");
        } catch (MeshException forbidden) {
            throw SourceFault.giveUp(String.valueOf(forbidden.getMessage()));
        } catch (ExecutionException failed) {
            throw SourceFault.retry(
                    "no connection to " + location.host() + ":" + location.port() + ": " + cause(failed));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw SourceFault.stopped();
        }
    }

    /** Without the address that the network library adds, which the message has already. */
    private static String cause(ExecutionException failed) {
        Throwable cause = failed.getCause() == null ? failed : failed.getCause();
        String said = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return AvLog.masked(said.replaceFirst(": [^ ]*/[0-9a-fA-F:.]+$", ""));
    }

    private Future<HttpClientResponse> send(InetAddress address, long from) {
        RequestOptions options = new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(location.port(), address.getHostAddress()))
                .setHost(location.host())
                .setPort(location.port())
                .setSsl(location.isTls())
                .setURI(requestUri(location))
                .setMethod(HttpMethod.GET)
                .setFollowRedirects(false)
                .setConnectTimeout(config.openTimeout().toMillis())
                .putHeader(HttpHeaders.USER_AGENT, "mediamesh")
                .putHeader(HttpHeaders.ACCEPT, "*/*");
        if (!authorization.isEmpty()) {
            options.putHeader(HttpHeaders.AUTHORIZATION, authorization);
        }
        if (from > 0) {
            options.putHeader("Range", "bytes=" + from + "-");
        }
        return client.request(options).compose(request -> request.send().onSuccess(HttpClientResponse::pause));
    }

    private static String requestUri(SourceLocation.Remote remote) {
        String rest = remote.rest();
        int fragment = rest.indexOf('#');
        String uri = fragment < 0 ? rest : rest.substring(0, fragment);
        String escaped = uri.replace(" ", "%20");
        return escaped.startsWith("/") ? escaped : "/" + escaped;
    }

    private void follow(String target) throws SourceFault {
        try {
            String here = location.scheme() + "://" + authority(location) + requestUri(location);
            SourceUrl next = SourceUrl.parse(URI.create(here).resolve(target).toString());
            if (!(SourceLocation.parse(next, config.maxSidePx()) instanceof SourceLocation.Remote remote)
                    || !remote.isHttp()) {
                throw SourceFault.giveUp("the server redirects to something that is not HTTP");
            }
            if (location.isTls() && !remote.isTls()) {
                throw SourceFault.giveUp("the server redirects from https to http");
            }
            // A password is meant for the server that it was given for, and for no other.
            boolean same = remote.host().equalsIgnoreCase(location.host()) && remote.port() == location.port();
            authorization = same ? authorization : "";
            location = new SourceLocation.Remote(
                    remote.scheme(), same ? location.userInfo() : "", remote.host(), remote.port(), remote.rest());
        } catch (IllegalArgumentException | MeshException bad) {
            throw SourceFault.giveUp("the server redirects to something that is not a URL");
        }
    }

    private static String authority(SourceLocation.Remote remote) {
        return (remote.host().indexOf(':') < 0 ? remote.host() : "[" + remote.host() + "]") + ":" + remote.port();
    }

    boolean isMultipart() {
        return contentType.startsWith(MULTIPART);
    }

    /** Whether this is something with an end that is played at its own pace, and not a live source. */
    boolean isRecording() {
        return length >= 0;
    }

    @Override
    public String formatName() {
        return isMultipart() ? "mpjpeg" : "";
    }

    @Override
    public OptionalLong lengthBytes() {
        return seekable ? OptionalLong.of(length) : OptionalLong.empty();
    }

    @Override
    public int read(byte[] target, int most) throws SourceFault {
        HttpBody from = body;
        if (from == null) {
            throw SourceFault.retry("not connected");
        }
        int count = from.read(target, most);
        if (count == 0 && length >= 0 && position < length) {
            throw SourceFault.retry("the connection broke");
        }
        position += count;
        return count;
    }

    @Override
    public boolean seek(long wanted) throws SourceFault {
        if (wanted == position) {
            return true;
        }
        if (!seekable || wanted > length) {
            return false;
        }
        close();
        guard.allow(config.stallTimeout());
        HttpBody answer = request(wanted);
        int expected = wanted == 0 ? 200 : 206;
        if (answer.response().statusCode() != expected) {
            answer.close();
            return false;
        }
        body = answer;
        position = wanted;
        return true;
    }

    @Override
    public void close() {
        if (body != null) {
            body.close();
            body = null;
        }
    }
}
