package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 1023, 1024, 1025, 8191, 8192, 307_200})
    void bytesCountAsUnsignedWhateverTheLength(int count) {
        byte[] white = new byte[count];
        Arrays.fill(white, (byte) 255);
        assertThat(Bytes.takeOver(white).unsignedSum(0, count)).isEqualTo(255L * count);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 8, 13})
    void aRangeIsAddedUpByteByByte(int offset) {
        byte[] random = new byte[3000];
        new Random(offset).nextBytes(random);
        int count = random.length - 2 * offset - 5;
        long expected = 0;
        for (int index = 0; index < count; index++) {
            expected += Byte.toUnsignedInt(random[offset + 5 + offset + index]);
        }
        Bytes slice = Bytes.takeOver(random, offset, random.length - offset);
        assertThat(slice.unsignedSum(offset + 5, count)).isEqualTo(expected);
    }

    @Test
    void aRangeBeyondTheEndIsRefused() {
        Bytes bytes = Bytes.takeOver(new byte[20], 4, 10);
        assertThatThrownBy(() -> bytes.unsignedSum(3, 8)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
