package io.mediamesh.standalone;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Asks a gateway how its cluster does, and looks from here at the ports that members use among themselves. */
final class ClusterCheck implements Check {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(5);
    private static final int CONNECT_MILLIS = 1000;
    private static final int OK = 200;
    private static final String PATH = "api/v1/cluster?topics=0";

    private final URI gateway;

    /** {@code gateway} is the address of any gateway of the cluster, as a browser would open it. */
    ClusterCheck(URI gateway) {
        this.gateway = gateway;
    }

    @Override
    public List<Finding> findings() {
        URI address = gateway.resolve(gateway.getPath().endsWith("/") ? PATH : gateway.getPath() + "/" + PATH);
        HttpRequest request = HttpRequest.newBuilder(address).timeout(ASK_LIMIT).build();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(ASK_LIMIT).build()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != OK) {
                return List.of(noGateway("answered " + address + " with status " + answer.statusCode()));
            }
            return ClusterFindings.of(new JsonObject(answer.body()), ClusterCheck::connects);
        } catch (IOException unreachable) {
            return List.of(noGateway("no answer from " + address + ": " + reason(unreachable)));
        } catch (DecodeException | ClassCastException | NullPointerException strange) {
            return List.of(noGateway("what answered at " + address + " is no gateway of this version of mediamesh"));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of(noGateway("interrupted"));
        }
    }

    private static String reason(IOException failure) {
        String message = failure.getMessage();
        return message == null ? "it can't be reached" : message;
    }

    private static Finding noGateway(String detail) {
        return Finding.bad("gateway", detail, "start it, or name another one with --gateway URL");
    }

    /** Whether somebody listens there, as seen from this machine. */
    private static boolean connects(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1))),
                    CONNECT_MILLIS);
            return true;
        } catch (IOException | RuntimeException refused) {
            return false;
        }
    }
}
