package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 2, 0",
        "-0.0, 2, 0",
        "440, 2, 440",
        "-3.0103, 2, -3.01",
        "0.05, 2, 0.05",
        "0.004, 2, 0",
        "-0.004, 2, 0",
        "-0.006, 2, -0.01",
        "19.996, 2, 20",
        "123456.789, 0, 123457",
        "1.5, 9, 1.5",
        "1.23456789049, 12, 1.23456789",
        "999999.999999999, 3, 1000000",
        "123456789012.345, 9, 123456789012.345",
        "1e300, 2, 1.0E300",
        "NaN, 2, null",
        "Infinity, 2, null",
        "-Infinity, 2, null"
    })
    void writesSoManyDecimalsAtMost(double value, int decimals, String expected) {
        assertThat(fixed(value, decimals)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 5, 0",
        "1, 5, 1",
        "0.001, 5, 0.001",
        "0.00123456, 5, 0.0012346",
        "-0.000000123456, 3, -0.000000123",
        "0.999996, 5, 1",
        "12345.6, 5, 12346",
        "123456.7, 5, 123457",
        "1e-20, 5, 1.0E-20",
        "NaN, 5, null"
    })
    void writesSoManySignificantDigits(double value, int digits, String expected) {
        assertThat(significant(value, digits)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 9, 10, 999_999_999_999_999_999L, Long.MAX_VALUE, Long.MIN_VALUE})
    void writesWholeNumbersAsJavaDoes(long value) {
        assertThat(string(new JsonText(0).whole(value))).isEqualTo(Long.toString(value));
    }

    @Test
    void randomNumbersAreWithinHalfAUnitOfTheExactDecimal() {
        Random random = new Random(11);
        for (int round = 0; round < 50_000; round++) {
            double value = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-6, 9));
            int decimals = random.nextInt(7);
            BigDecimal written = new BigDecimal(fixed(value, decimals));
            assertThat(written.subtract(new BigDecimal(value)).abs())
                    .as("%s with %d decimals is %s", value, decimals, written)
                    .isLessThanOrEqualTo(halfOf(BigDecimal.ONE.movePointLeft(decimals), value));
            assertThat(written.scale()).isLessThanOrEqualTo(decimals);
        }
    }

    @Test
    void randomNumbersKeepTheirSignificantDigits() {
        Random random = new Random(12);
        for (int round = 0; round < 50_000; round++) {
            double value = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-11, 6));
            int digits = random.nextInt(1, 10);
            BigDecimal exact = new BigDecimal(value);
            BigDecimal written = new BigDecimal(significant(value, digits));
            BigDecimal unit = exact.round(new MathContext(digits)).ulp();
            assertThat(written.subtract(exact).abs())
                    .as("%s with %d digits is %s", value, digits, written)
                    .isLessThanOrEqualTo(halfOf(unit, value));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "L", "say \"A\"", "back\\slash", "line\nfeed\ttab\u0001\u001f", "Ω 1,25 kHz 🎵"})
    void textsAreReadBackByAnotherParserAsTheyWere(String text) {
        String json = string(new JsonText(0).raw('[').text(text).raw(']'));
        assertThat(new JsonArray(json).getString(0)).isEqualTo(text);
    }

    @Test
    void escapesControlCharactersAsJsonDemands() {
        assertThat(string(new JsonText(0).text("a\n\"\\"))).isEqualTo("\"a\\u000a\\\"\\\\\"");
    }

    @Test
    void growsBeyondWhatWasExpected() {
        JsonText out = new JsonText(1);
        StringBuilder expected = new StringBuilder();
        for (int number = -1000; number < 1000; number++) {
            out.whole(number).raw(',').flag(number > 0).none();
            expected.append(number).append(',').append(number > 0).append("null");
        }
        assertThat(string(out)).isEqualTo(expected.toString());
    }

    /** What is next to a tie may fall to either side of it: the product with the power of ten is rounded itself. */
    private static BigDecimal halfOf(BigDecimal unit, double value) {
        return unit.divide(BigDecimal.TWO).add(new BigDecimal(Math.ulp(value)));
    }

    private static String fixed(double value, int decimals) {
        return string(new JsonText(0).fixed(value, decimals));
    }

    private static String significant(double value, int digits) {
        return string(new JsonText(0).significant(value, digits));
    }

    private static String string(JsonText out) {
        return new String(out.toBytes().toArray(), StandardCharsets.UTF_8);
    }
}
