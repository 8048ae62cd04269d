package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.gateway.ByteRange.Outside;
import io.mediamesh.gateway.ByteRange.Part;
import io.mediamesh.gateway.ByteRange.Whole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By the examples of RFC 9110, section 14.1.2, for a file of 10000 bytes. */
class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-499, 0, 499",
        "bytes=500-999, 500, 999",
        "bytes=-500, 9500, 9999",
        "bytes=9500-, 9500, 9999",
        "bytes=0-0, 0, 0",
        "bytes=-1, 9999, 9999",
        "bytes=9000-20000, 9000, 9999",
        "bytes=-20000, 0, 9999",
        "Bytes = 1 - 2, 1, 2",
    })
    void oneRangeIsThatPartOfTheFile(String header, long first, long last) {
        assertThat(ByteRange.of(header, 10_000)).isEqualTo(new Part(first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "lines=1-2",
                "bytes=2-1",
                "bytes=0-0,-1",
                "bytes=1"
            })
    void whatIsNotOneRangeIsIgnored(String header) {
        assertThat(ByteRange.of(header, 10_000)).isEqualTo(new Whole());
    }

    @Test
    void withoutAHeaderItIsAllOfTheFile() {
        assertThat(ByteRange.of(null, 10_000)).isEqualTo(new Whole());
    }

    @ParameterizedTest
    @CsvSource({"bytes=10000-, 10000", "bytes=-0, 10000", "bytes=0-0, 0", "bytes=-5, 0"})
    void aRangeThatTheFileDoesNotHaveIsOutside(String header, long size) {
        assertThat(ByteRange.of(header, size)).isEqualTo(new Outside());
    }
}
