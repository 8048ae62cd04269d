package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WindowTest {
    private static final String SCIPY = """
            import scipy.signal
            names = ['hann', 'hamming', 'blackmanharris', 'flattop', 'boxcar']
            def window(name, size):
                return scipy.signal.get_window(name, size, fftbins=True)
            """;
    private static final List<Window> AS_SCIPY =
            List.of(Window.HANN, Window.HAMMING, Window.BLACKMAN_HARRIS, Window.FLAT_TOP, Window.RECT);

    @Test
    void eachIsWhatSciPyCallsByItsName() {
        double[] expected = NumPy.result(SCIPY + "result = [window(name, 512) for name in names]");
        for (int index = 0; index < expected.length; index++) {
            Window window = AS_SCIPY.get(index / 512);
            assertThat(WindowShape.of(window).coefficients(512)[index % 512])
                    .as("%s, %d", window, index % 512)
                    .isCloseTo(expected[index], within(1e-12));
        }
        assertThat(expected).hasSize(AS_SCIPY.size() * 512);
    }

    @Test
    void theLobeIsTheTransformOfTheWindowBesideItsMiddle() {
        double[] bins = {0, 0.1, 0.25, 0.5, 0.9, 1.2, 1.5};
        double[] expected = NumPy.result(SCIPY + """
                n = np.arange(4096)
                result = [[abs(np.sum(w * np.exp(-2j * np.pi * b * n / 4096))) / np.sum(w) for b in x[0]]
                          for w in [window(name, 4096) for name in names]]
                """, bins);
        for (int index = 0; index < expected.length; index++) {
            Window window = AS_SCIPY.get(index / bins.length);
            assertThat(Math.abs(WindowShape.of(window).lobe(bins[index % bins.length])))
                    .as("%s, %s bins", window, bins[index % bins.length])
                    .isCloseTo(expected[index], within(2e-6));
        }
        assertThat(expected).hasSize(AS_SCIPY.size() * bins.length);
    }

    @Test
    void aWindowIsMadeOnce() {
        WindowShape shape = WindowShape.of(Window.HANN);
        assertThat(shape.coefficients(64)).isSameAs(shape.coefficients(64));
    }

    @Test
    void namesInSettingsAreThoseOfMessages() {
        assertThat(Window.setting("w", Window.HANN).parse("Blackman_Harris").label())
                .isEqualTo("blackman_harris");
        assertThat(Tape.refusal(Window.setting("w", Window.HANN), "kaiser"))
                .contains("hann | hamming | blackman_harris | flat_top | rect");
    }
}
