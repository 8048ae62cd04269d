package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatTest {
    private static RunningGateway gateway;

    @BeforeAll
    static void start(@TempDir Path directory) {
        gateway = RunningGateway.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonObject message(HubClient client, int place) {
        return new JsonObject(client.text(place));
    }

    @Test
    void whatOneSaysAllOfTheSameNameGetWithATimeAndAnId() {
        try (HubClient one = HubClient.open(gateway, "/chat");
                HubClient two = HubClient.open(gateway, "/chat?stream=broadcast");
                HubClient other = HubClient.open(gateway, "/chat?stream=other")) {
            long beforeSeconds = System.currentTimeMillis() / 1000;
            one.send("{\"name\":\"Ann\",\"text\":\"hello \\u0000\\u0007there\"}");
            two.send("hi");

            assertThat(message(one, 1)).isEqualTo(message(two, 1));
            assertThat(message(two, 1).getString("type")).isEqualTo("message");
            assertThat(message(two, 1).getString("name")).isEqualTo("Ann");
            assertThat(message(two, 1).getString("text")).isEqualTo("hello there");
            assertThat(message(two, 1).getDouble("time")).isBetween((double) beforeSeconds, beforeSeconds + 60.0);
            assertThat(message(one, 2).getString("text")).isEqualTo("hi");
            assertThat(message(one, 2).getString("name")).isEqualTo("guest");
            assertThat(message(one, 2).getString("id"))
                    .isNotEqualTo(message(one, 1).getString("id"));
            other.send("me");
            assertThat(message(other, 1).getString("text")).isEqualTo("me");
        }
    }

    @Test
    void whoComesLaterGetsTheLastFiftyHoweverLongTheyAre() {
        // Fifty of them are more than a connection queues.
        String filling = "\uD83D\uDE00".repeat(1_900);
        try (HubClient early = HubClient.open(gateway, "/chat?stream=history")) {
            for (int sent = 0; sent < 60; sent += 10) {
                try (HubClient talker = HubClient.open(gateway, "/chat?stream=history")) {
                    for (int message = sent; message < sent + 10; message++) {
                        talker.send("m" + message + filling);
                        assertThat(message(early, message + 1).getString("text"))
                                .isEqualTo("m" + message + filling);
                    }
                }
            }
            try (HubClient late = HubClient.open(gateway, "/chat?stream=history")) {
                for (int place = 1; place <= 50; place++) {
                    assertThat(message(late, place).getString("text")).isEqualTo("m" + (place + 9) + filling);
                }
                late.send("now");
                assertThat(message(late, 51).getString("text")).isEqualTo("now");
            }
        }
    }

    @Test
    void whereVeryMuchIsSaidTheChatsThatAreQuietForLongestAreForgotten() {
        String filling = "x".repeat(1_990);
        String newest = "/chat?stream=loud44";
        try (HubClient listening = HubClient.open(gateway, newest)) {
            // As other gateways tell it: faster than anybody may talk, and of 50 messages each more than 4 Mi
            // characters.
            for (int room = 0; room < 45; room++) {
                for (int number = 0; number < 50; number++) {
                    gateway.mesh
                            .vertx()
                            .eventBus()
                            .publish(
                                    "mediamesh.hub.chat",
                                    ChatMessage.of(filling + number, 0).toWire().put("room", "loud" + room));
                }
            }
            listening.text(50);
        }
        try (HubClient late = HubClient.open(gateway, newest);
                HubClient forgotten = HubClient.open(gateway, "/chat?stream=loud0")) {
            assertThat(message(late, 50).getString("text")).isEqualTo(filling + 49);
            forgotten.send("is anybody here?");
            assertThat(message(forgotten, 1).getString("text")).isEqualTo("is anybody here?");
        }
    }

    @Test
    void whoIsTooFastIsToldAndStays() {
        try (HubClient client = HubClient.open(gateway, "/chat?stream=fast")) {
            for (int message = 0; message < 40; message++) {
                client.socket.writeFinalTextFrame("m" + message);
            }
            client.text(40);
            assertThat(client.texts).anyMatch(text -> text.contains("too fast"));
            assertThat(client.texts.stream().filter(text -> text.contains("\"message\",\"id\"")))
                    .hasSizeGreaterThanOrEqualTo(10);
            assertThat(client.socket.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"Ann\"} | no text",
                "{\"text\":5} | text must be a text",
                "{\"text\":\"x\",\"name\":[1]} | name must be a text",
                "{\"text\":\" \\u0000 \"} | needs a text",
                "{\"text\": | not valid JSON",
            })
    void whatIsNoMessageIsRefusedWithTheReason(String sent, String reason) {
        try (HubClient client = HubClient.open(gateway, "/chat?stream=wrong")) {
            client.send(sent);
            assertThat(message(client, 1).getString("type")).isEqualTo("error");
            assertThat(message(client, 1).getString("message")).contains(reason);
        }
    }

    @Test
    void longTextsAndNamesAreRefused() {
        try (HubClient client = HubClient.open(gateway, "/chat?stream=long")) {
            client.send("x".repeat(2_001)).send("{\"text\":\"x\",\"name\":\"" + "n".repeat(65) + "\"}");
            client.send("\uD83D\uDE00".repeat(2_000));
            assertThat(message(client, 1).getString("message")).contains("2001").contains("2000");
            assertThat(message(client, 2).getString("message")).contains("65").contains("64");
            assertThat(message(client, 3).getString("text")).hasSize(4_000);
        }
    }

    @Test
    void aRateLimitLetsABurstThroughAndThenSoManyASecond() {
        long second = 1_000_000_000L;
        RateLimit limit = new RateLimit(5, 10, 0);
        int atOnce = 0;
        while (limit.admits(0)) {
            atOnce++;
        }
        assertThat(atOnce).isEqualTo(10);
        assertThat(limit.admits(second / 10)).isFalse();
        assertThat(limit.admits(second / 4)).isTrue();
        int later = 0;
        while (limit.admits(100 * second)) {
            later++;
        }
        assertThat(later).isEqualTo(10);
    }
}
