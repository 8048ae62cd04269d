package io.mediamesh.audio;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Setting;
import java.util.List;
import java.util.Optional;

/** A kind of analysis that is offered as a topic. An instance is made for each stream on which somebody wants it. */
public interface AnalyserKind {
    /** The topic kind and {@code data_type}, for example {@code levels}; lower-case letters, digits and underscores. */
    String type();

    /** Its own settings, besides the rate; each may be set for the product and for a stream. */
    List<Setting<?>> settings();

    /** Results a second unless the settings say otherwise; 0 for as many as there are. */
    double defaultRateHz();

    /**
     * Makes one.
     *
     * @throws io.mediamesh.contracts.MeshException INVALID, naming the setting, where they do not go together
     */
    Analyser open(AnalyserSettings settings);

    /** Another stream with which it compares the sound, where it does; what {@link #open} gives is a {@link Comparing}. */
    default Optional<StreamId> reference(AnalyserSettings settings) {
        return Optional.empty();
    }
}
