package io.mediamesh.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AacConfigurationTest {
    /** By ISO/IEC 14496-3, section 1.6.2.1. */
    @Test
    void theRateOfTheCoreOfLowComplexityIsRead() {
        assertThat(AacConfiguration.of(hex("1190"))).contains(new AacConfiguration(48_000));
        // With SBR to 44100 Hz.
        assertThat(AacConfiguration.of(hex("2b920800"))).contains(new AacConfiguration(22_050));
        // 45123 Hz, which no table has: an escape and 24 bits.
        assertThat(AacConfiguration.of(hex("1780582188"))).contains(new AacConfiguration(45_123));
    }

    @Test
    void otherKindsOfAacAndWhatIsCutOffAreNone() {
        // Main; low complexity with frames of 960 samples; a rate that the table does not have; cut; nothing.
        for (String other : new String[] {"0a10", "1214", "1690", "12", ""}) {
            assertThat(AacConfiguration.of(hex(other))).as(other).isEmpty();
        }
    }

    private static Bytes hex(String digits) {
        return Bytes.takeOver(HexFormat.of().parseHex(digits));
    }
}
