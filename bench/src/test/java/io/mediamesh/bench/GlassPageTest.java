package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
@Tag("browser")
class GlassPageTest {
    @Test
    void thePageReadsItsClockOffThePicturesThatItSends() throws Exception {
        assumeTrue(
                Chromium.find(Optional.ofNullable(System.getenv("PATH")).orElse(""))
                        .isPresent(),
                "Chromium is not installed");
        try (Lab lab = Lab.open(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), 1);
                GlassPage page = GlassPage.serve(lab)) {
            GlassPage.Seen seen = page.watchItself(2_000, 30);

            assertThat(seen.pictures()).isEqualTo(30);
            assertThat(seen.unreadable()).isLessThan(15);
            // A picture is never shown before it was drawn, nor was it drawn before the page was there.
            assertThat(seen.millis()).allSatisfy(millis -> assertThat(millis).isBetween(0.0, 60_000.0));
        }
    }
}
