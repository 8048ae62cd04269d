package io.mediamesh.gateway;

import io.mediamesh.contracts.AudioProtocol;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Spelling;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The types of analyses of sound: those that a consumer gets who names none, and all that there are. */
final class AudioTypes {
    /** The types that every deployment knows. */
    static final List<String> USUAL = List.of(
            "pitch_tracker", "fft_spectrum", "octave_spectrum", "levels", "delay_estimator", "spectrogram", "scope");

    private static final Set<String> NOT_OF_SOUND = Set.of(
            Topic.VIDEO,
            Topic.AUDIO,
            Topic.PACKETS,
            Topic.INTENSITY,
            Topic.DETECTIONS,
            Topic.TRACKS,
            Topic.EVENTS,
            Topic.ANNOTATED,
            Topic.HUB);

    private final Mesh mesh;
    private final List<String> defaults;

    AudioTypes(Mesh mesh, List<String> defaults) {
        this.mesh = mesh;
        this.defaults = defaults;
    }

    List<String> defaults() {
        return defaults;
    }

    /** The usual ones, and what members offer beyond them. */
    Set<String> known() {
        Set<String> known = new LinkedHashSet<>(USUAL);
        known.addAll(offered());
        return known;
    }

    /** What some member makes now. */
    Set<String> offered() {
        return mesh.members().stream()
                .filter(member -> member.services().contains(AudioProtocol.SERVICE))
                .map(Member::kinds)
                .flatMap(Set::stream)
                .filter(kind -> !NOT_OF_SOUND.contains(kind))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The type of this name.
     *
     * @param field what the request calls it
     * @throws MeshException naming the nearest one and all of them
     */
    String checked(String name, String field) {
        Set<String> known = known();
        if (known.contains(name)) {
            return name;
        }
        throw MeshException.invalid(
                field,
                "there is no analysis " + Quoted.of(name) + "; did you mean "
                        + Spelling.nearest(name, known).orElseThrow() + "? There are " + String.join(", ", known));
    }
}
