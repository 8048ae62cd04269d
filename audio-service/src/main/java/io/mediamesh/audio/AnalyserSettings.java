package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;

/** What holds for an analysis of a stream: the product's settings, with those of the stream over them. */
public interface AnalyserSettings {
    /** The value of one of the kind's settings. */
    <T> T get(Setting<T> setting);

    /** At most so many results a second; {@link Double#POSITIVE_INFINITY} for as many as there are. */
    double maxRateHz();
}
