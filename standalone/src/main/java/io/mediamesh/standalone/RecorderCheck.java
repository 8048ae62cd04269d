package io.mediamesh.standalone;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.RecordingsFolder;
import io.mediamesh.mesh.Settings;
import io.mediamesh.recorder.Encoders;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Where recordings go, and with which encoders pictures can be written. */
record RecorderCheck(Settings settings) implements Check {
    private static final String NAME = "encoders";
    private static final String AUTO = "auto";

    @Override
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(
                new DiskCheck(RecordingsFolder.of(settings), RecordingsFolder.DIRECTORY.key()).findings());
        try {
            findings.addAll(encoders());
        } catch (MeshException wrong) {
            findings.add(Finding.bad(NAME, String.valueOf(wrong.getMessage()), "correct the setting"));
        } catch (LinkageError noLibrary) {
            // Told by the check of the native libraries.
        }
        return findings;
    }

    private List<Finding> encoders() {
        String chosen = Encoders.chosen(settings);
        List<Encoders.Tried> tried = Encoders.tryAll();
        String working = named(tried, true);
        String others = named(tried, false);
        String detail = "recordings are encoded with " + chosen + "; of this FFmpeg work here: " + working
                + (others.isEmpty() ? "" : "; without their hardware do not: " + others);
        Encoders.Tried trial = Encoders.attempt(chosen);
        if (trial.works()) {
            return List.of(Finding.good(NAME, detail));
        }
        return List.of(Finding.bad(
                NAME,
                "recordings can't be encoded with " + chosen + ": " + trial.fault(),
                "set " + Encoders.setting() + " to " + AUTO + " or to one of: " + working));
    }

    private static String named(List<Encoders.Tried> tried, boolean working) {
        return tried.stream()
                .filter(encoder -> encoder.works() == working)
                .map(Encoders.Tried::name)
                .collect(Collectors.joining(", "));
    }
}
