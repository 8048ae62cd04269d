package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.TrackingProtocol.Box;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BroadcastMessageTest {
    /** Another reader of JSON, which says what a message means. */
    private static final ObjectMapper JACKSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private static BroadcastMessage parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static BroadcastMessage parse(byte[] text) {
        byte[] somewhere = new byte[text.length + 7];
        System.arraycopy(text, 0, somewhere, 3, text.length);
        return BroadcastMessage.parse(somewhere, 3, text.length);
    }

    private static String text(BroadcastMessage message) {
        return new String(message.text().toArray(), StandardCharsets.UTF_8);
    }

    private static String picture(BroadcastMessage message) {
        return new String(message.picture().orElseThrow().toArray(), StandardCharsets.UTF_8);
    }

    @Test
    void readsTheMessagesOfTheDocument() {
        BroadcastMessage tracked = parse("""
                {
                  "frame": "AQID",
                  "hasrectangle": true,
                  "rectangle": { "x1": 100.5, "y1": 150.2, "x2": 250.8, "y2": 300.1 }
                }""");
        BroadcastMessage plain = parse("{\"frame\":\"AQID\",\"hasrectangle\":false,\"rectangle\":{}}");
        BroadcastMessage next = parse("{\"frame\":\"AQID\",\"hasrectangle\":true}");

        assertThat(text(tracked)).isEqualTo("AQID");
        assertThat(tracked.tracked()).isTrue();
        assertThat(tracked.rectangle()).contains(new Box(100.5, 150.2, 250.8, 300.1));
        assertThat(tracked.picture().orElseThrow().toArray()).containsExactly(1, 2, 3);
        assertThat(plain.tracked()).isFalse();
        assertThat(plain.rectangle()).isEmpty();
        assertThat(next.tracked()).isTrue();
        assertThat(next.rectangle()).isEmpty();
    }

    @Test
    void takesNamesInAnyOrderAndPassesOverThoseThatItDoesNotKnow() {
        BroadcastMessage message = parse("{\"a\":[1,{\"frame\":\"no\"},[[]],-0.5e+7],\"rectangle\":{\"z\":[],\"y2\":4,"
                + "\"x2\":3,\"y1\":2,\"x1\":1},\"b\":{\"c\":{\"d\":null}},\"\\u0066rame\":\"yes=\",\"hasrectangle\":true,"
                + "\"e\":\"\\ud83d\\ude00 \uD83D\uDE00\"}");

        assertThat(text(message)).isEqualTo("yes=");
        assertThat(message.rectangle()).contains(new Box(1, 2, 3, 4));
    }

    @Test
    void leavesEscapesInThePictureAsTheyAreAndDecodesItAllTheSame() {
        String base64 = Base64.getEncoder().encodeToString("some picture???".getBytes(StandardCharsets.UTF_8));
        String escaped = base64.substring(0, 4) + "\\n" + base64.substring(4, 8) + "\\r\\n"
                + base64.substring(8).replace("/", "\\/").replace("=", "\\u003D");
        BroadcastMessage message = parse("{\"frame\":\"" + escaped + "\"}");

        assertThat(text(message)).isEqualTo(escaped);
        assertThat(picture(message)).isEqualTo("some picture???");
    }

    @Test
    void decodesWhatBrowsersMakeOfACanvas() {
        BroadcastMessage message = parse("{\"frame\":\"data:image/jpeg;base64,AQID\"}");

        assertThat(text(message)).isEqualTo("data:image/jpeg;base64,AQID");
        assertThat(message.picture().orElseThrow().toArray()).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "A", "<base64>", "AQI*", "data:text/html;base64,AQID", "data:image/jpeg,AQID", "\\ud800"})
    void whatIsNoBase64IsPassedOnWithoutAPicture(String frame) {
        BroadcastMessage message = parse("{\"frame\":\"" + frame + "\",\"hasrectangle\":true}");

        assertThat(text(message)).isEqualTo(frame);
        assertThat(message.picture()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"frame\"",
                "{}",
                "{\"frame\":5}",
                "{\"frame\":null}",
                "{\"frame\":[\"AQID\"]}",
                "{\"frame\":\"AQID\",\"frame\":\"AQID\"}",
                "{\"frame\":\"AQID\",\"\\u0066rame\":\"AQID\"}",
                "{\"frame\":\"AQID\",\"hasrectangle\":1}",
                "{\"frame\":\"AQID\",\"hasrectangle\":\"true\"}",
                "{\"frame\":\"AQID\",\"hasrectangle\":truely}",
                "{\"frame\":\"AQID\",\"rectangle\":[1,2,3,4]}",
                "{\"frame\":\"AQID\",\"rectangle\":{\"x1\":\"1\"}}",
                "{\"frame\":\"AQID\",\"rectangle\":{\"x1\":1e999}}",
                "{\"frame\":\"AQID\",\"rectangle\":{\"x1\":NaN}}",
                "{\"frame\":\"AQID\",\"rectangle\":{\"x1\":1,\"x1\":1}}",
                "{\"frame\":\"AQID\"",
                "{\"frame\":\"AQID",
                "{\"frame\":\"AQID\\",
                "{\"frame\":\"AQID\\u00",
                "{\"frame\":\"AQID\\x\"}",
                "{\"frame\":\"AQID\\uzzzz\"}",
                "{\"frame\":\"AQ\nID\"}",
                "{\"frame\":\"AQID\",}",
                "{\"frame\":\"AQID\"}}",
                "{\"frame\":\"AQID\"} x",
                "{'frame':'AQID'}",
                "{\"a\":01,\"frame\":\"AQID\"}",
                "{\"a\":1.,\"frame\":\"AQID\"}",
                "{\"a\":+1,\"frame\":\"AQID\"}",
                "{\"a\":[1,],\"frame\":\"AQID\"}",
                "{\"a\":[1}],\"frame\":\"AQID\"}",
                "{\"a\":{1:2},\"frame\":\"AQID\"}",
                "{\"a\" \"b\",\"frame\":\"AQID\"}",
            })
    void refusesWhatIsNoSuchObject(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(MeshException.class).hasMessageMatching("(?s).{10,}");
    }

    @Test
    void refusesNestingWithoutABottom() {
        String deep = "{\"a\":" + "[".repeat(1_000_000) + "]".repeat(1_000_000) + ",\"frame\":\"AQID\"}";
        assertThatThrownBy(() -> parse(deep)).hasMessageContaining("nested too deeply");
        assertThat(text(parse("{\"a\":" + "[".repeat(64) + "]".repeat(64) + ",\"frame\":\"AQID\"}")))
                .isEqualTo("AQID");
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        byte[] whole = "{\"frame\":\"abcdefgh????\"}".getBytes(StandardCharsets.ISO_8859_1);
        int[][] sequences = {
            {0x80},
            {0xc0, 0x80},
            {0xc3},
            {0xe0, 0x80, 0x80},
            {0xed, 0xa0, 0x80},
            {0xf0, 0x8f, 0xbf, 0xbf},
            {0xf4, 0x90, 0x80, 0x80},
            {0xf8},
            {0xff}
        };
        for (int[] sequence : sequences) {
            byte[] bad = whole.clone();
            for (int index = 0; index < sequence.length; index++) {
                bad[18 + index] = (byte) sequence[index];
            }
            assertThatThrownBy(() -> parse(bad)).hasMessageContaining("not UTF-8");
        }
    }

    @Test
    void readsPicturesOfAnyLength() {
        for (int length = 0; length < 70; length++) {
            String frame = "x".repeat(length);
            assertThat(text(parse("{\"frame\":\"" + frame + "\"}"))).isEqualTo(frame);
            assertThat(text(parse("{\"frame\":\"" + frame + "\\/\u00e9\"}"))).isEqualTo(frame + "\\/\u00e9");
        }
        String large = "QUJD".repeat(1_500_000);
        assertThat(text(parse("{\"hasrectangle\":false,\"frame\":\"" + large + "\"}")))
                .isEqualTo(large);
    }

    @Test
    void agreesWithAnotherReaderAboutMessagesMadeUpAtRandom() throws IOException {
        Random random = new Random(11);
        for (int round = 0; round < 3_000; round++) {
            ObjectNode node = JACKSON.createObjectNode();
            for (int before = random.nextInt(3); before > 0; before--) {
                node.set("k" + random.nextInt(1000), value(random, 3));
            }
            node.put("frame", string(random));
            node.put("hasrectangle", random.nextBoolean());
            for (int after = random.nextInt(3); after > 0; after--) {
                node.set("l" + random.nextInt(1000), value(random, 3));
            }
            byte[] text = random.nextBoolean()
                    ? JACKSON.writeValueAsBytes(node)
                    : JACKSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
            assertSame(parse(text), node);
        }
    }

    @Test
    void acceptsNothingThatAnotherReaderRefuses() throws IOException {
        Random random = new Random(12);
        byte[] whole = ("{\"a\":[1,-2.5e3,{\"b\":null}],\"frame\":\"AQ\\/\\u00e9\u00e9ID\",\"hasrectangle\":true,"
                        + "\"rectangle\":{\"x1\":1,\"y1\":2,\"x2\":3.5,\"y2\":4}}")
                .getBytes(StandardCharsets.UTF_8);
        int accepted = 0;
        for (int round = 0; round < 100_000; round++) {
            byte[] damaged = whole.clone();
            for (int times = 1 + random.nextInt(3); times > 0; times--) {
                damaged[random.nextInt(damaged.length)] =
                        random.nextBoolean() ? whole[random.nextInt(whole.length)] : (byte) random.nextInt();
            }
            BroadcastMessage message;
            try {
                message = parse(damaged);
            } catch (MeshException refused) {
                continue;
            }
            accepted++;
            try {
                assertSame(message, JACKSON.readTree(new String(damaged, StandardCharsets.UTF_8)));
            } catch (JsonProcessingException strict) {
                // Names that are twice are refused where they are known, and elsewhere passed over.
                assertThat(strict).hasMessageContaining("Duplicate field");
            }
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    private static void assertSame(BroadcastMessage message, JsonNode node) throws IOException {
        assertThat(JACKSON.readTree('"' + text(message) + '"').textValue())
                .isEqualTo(node.get("frame").textValue());
        JsonNode tracked = node.get("hasrectangle");
        assertThat(message.tracked()).isEqualTo(tracked != null && tracked.booleanValue());
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 ->
                JACKSON.getNodeFactory().numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
            case 1 -> JACKSON.getNodeFactory().numberNode(random.nextLong());
            case 2 -> JACKSON.getNodeFactory().textNode(string(random));
            case 3 -> JACKSON.getNodeFactory().booleanNode(random.nextBoolean());
            case 4 -> JACKSON.getNodeFactory().nullNode();
            case 5 -> {
                var array = JACKSON.createArrayNode();
                for (int entries = random.nextInt(4); entries > 0; entries--) {
                    array.add(value(random, depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = JACKSON.createObjectNode();
                for (int entries = random.nextInt(4); entries > 0; entries--) {
                    object.set(string(random), value(random, depth - 1));
                }
                yield object;
            }
        };
    }

    private static String string(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(40); length > 0; length--) {
            switch (random.nextInt(6)) {
                case 0 -> text.append("\"\\/\n\t\u0001".charAt(random.nextInt(6)));
                case 1 -> text.appendCodePoint(0xa0 + random.nextInt(0x2000));
                case 2 -> text.appendCodePoint(0x1_0000 + random.nextInt(0xf_0000));
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }
}
