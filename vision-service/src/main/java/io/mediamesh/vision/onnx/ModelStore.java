package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.vision.onnx.ModelSource.OfFile;
import io.mediamesh.vision.onnx.ModelSource.OfUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of models: what was downloaded, what detectors use at run time in place of what the settings name, and the
 * files that may be chosen for that. Blocks. Thread-safe for different names.
 */
public final class ModelStore {
    private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);
    private static final Duration STALL = Duration.ofSeconds(30);

    private final Path folder;
    private final ModelDownload downloads;
    private final ModelHosts hosts;

    /**
     * Reads nothing yet.
     *
     * @param folder need not exist
     * @param hosts from where models may come
     * @param maxBytes the largest file
     */
    public ModelStore(Path folder, ModelHosts hosts, long maxBytes) {
        this(folder, hosts, maxBytes, STALL);
    }

    ModelStore(Path folder, ModelHosts hosts, long maxBytes, Duration stall) {
        this.folder = folder;
        this.hosts = hosts;
        this.downloads = new ModelDownload(folder.resolve("downloads"), hosts, maxBytes, stall);
    }

    /** The file to load, downloaded where it has to be. */
    Path fileOf(ModelSource source) {
        return switch (source) {
            case OfFile here -> here.file();
            case OfUrl there -> downloads.file(there);
        };
    }

    /**
     * Checks what somebody chose at run time, without reading it: hosts as the settings have it, files below the folder.
     *
     * @return the same; a file from the folder on
     * @throws MeshException naming the field
     */
    ModelSource allowed(ModelSource chosen) {
        hosts.check(chosen);
        if (!(chosen instanceof OfFile here)) {
            return chosen;
        }
        Path root = root();
        Path file = root.resolve(here.file()).normalize();
        if (!file.startsWith(root) || leadsOut(root, file)) {
            throw new MeshException(
                    FailureCode.FORBIDDEN,
                    "files of models are chosen from the folder vision.model_dir, by their names in it",
                    "file");
        }
        if (!Files.isRegularFile(file)) {
            throw new MeshException(
                    FailureCode.UNPROCESSABLE,
                    "there is no file " + here.file() + " in the folder vision.model_dir",
                    "file");
        }
        return new OfFile(file, here.sha256());
    }

    private static boolean leadsOut(Path root, Path file) {
        try {
            return Files.exists(file) && !file.toRealPath().startsWith(root.toRealPath());
        } catch (IOException gone) {
            return true;
        }
    }

    /** What was chosen at run time, earlier or in an earlier process. */
    Optional<ModelSource> chosen(String name) {
        Path note = note(name);
        if (!Files.exists(note)) {
            return Optional.empty();
        }
        try {
            ModelSource source = ModelSource.parse(Files.readString(note));
            return Optional.of(
                    source instanceof OfFile here ? new OfFile(root().resolve(here.file()), here.sha256()) : source);
        } catch (IOException | IllegalArgumentException broken) {
            LOG.warn(
                    "what was chosen for the detector {} cannot be read from {}; the settings hold",
                    name,
                    note,
                    broken);
            return Optional.empty();
        }
    }

    /** Remembers what was chosen; nothing for what the settings name. */
    void choose(String name, Optional<ModelSource> source) {
        try {
            if (source.isEmpty()) {
                Files.deleteIfExists(note(name));
                return;
            }
            String place =
                    switch (source.get()) {
                        case OfFile here -> root().relativize(here.file()).toString();
                        case OfUrl there -> there.url().toString();
                    };
            Files.createDirectories(folder);
            Path fresh = Files.createTempFile(folder, name, ".new");
            Files.writeString(
                    fresh,
                    place + source.get().sha256().map(sum -> "#sha256=" + sum).orElse(""));
            Files.move(fresh, note(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new MeshException(
                    FailureCode.UNAVAILABLE,
                    "the model is not exchanged, because that cannot be remembered in the folder vision.model_dir",
                    failed);
        }
    }

    private Path root() {
        return folder.toAbsolutePath().normalize();
    }

    private Path note(String name) {
        return folder.resolve(name + ".chosen");
    }
}
