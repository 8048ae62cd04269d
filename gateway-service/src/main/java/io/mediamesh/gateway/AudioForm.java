package io.mediamesh.gateway;

import java.util.Set;

/** How analyses of sound are written for a consumer. */
enum AudioForm {
    /** {@code {"metadata":{…},"data":{…}}}, of every analysis. */
    FULL,
    /** {@code pitch_update}, {@code spectrum_update}, {@code levels_update}: what a page draws, of three analyses. */
    DASHBOARD;

    static final String PITCH = "pitch_tracker";
    static final String SPECTRUM = "fft_spectrum";
    static final String LEVELS = "levels";

    private static final Set<String> ON_DASHBOARDS = Set.of(PITCH, SPECTRUM, LEVELS);

    /** Whether analyses of this type have this form. */
    boolean covers(String type) {
        return this == FULL || ON_DASHBOARDS.contains(type);
    }
}
