package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A window function; periodic, as for spectra. */
public enum Window {
    /** Hann. */
    HANN,
    /** Hamming. */
    HAMMING,
    /** Blackman-Harris, four terms. */
    BLACKMAN_HARRIS,
    /** Flat top, for levels. */
    FLAT_TOP,
    /** None. */
    RECT;

    /** The name of it in settings and messages. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Setting<Window> setting(String key, Window defaultWindow) {
        List<String> names = Arrays.stream(values()).map(Window::label).toList();
        return new Setting<>(
                key,
                String.join(" | ", names),
                defaultWindow.label(),
                "The window; flat_top shows levels best, blackman_harris what is faint beside something loud.",
                "",
                false,
                text -> {
                    int index = names.indexOf(text.strip().toLowerCase(Locale.ROOT));
                    if (index < 0) {
                        throw new IllegalArgumentException("one of " + String.join(" | ", names));
                    }
                    return values()[index];
                });
    }
}
