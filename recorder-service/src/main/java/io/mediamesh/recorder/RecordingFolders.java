package io.mediamesh.recorder;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.RecordingsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Where recordings lie below the root. Blocks. */
final class RecordingFolders {
    private static final String FIELD = "directory";
    private static final int MOST_CHARACTERS = 512;
    private static final int DEPTH = 12;
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int RANDOM_DIGITS = 4;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path root;
    private final RandomGenerator random = new SecureRandom();

    RecordingFolders(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /** An id that sorts by time and is safe in file names and URLs. */
    String newId(StreamId stream, Instant now) {
        StringBuilder id =
                new StringBuilder(TIME.format(now)).append('-').append(stream).append('-');
        for (int digit = 0; digit < RANDOM_DIGITS; digit++) {
            id.append(BASE32.charAt(random.nextInt(BASE32.length())));
        }
        return id.toString();
    }

    /**
     * Makes the folder of a recording.
     *
     * @param directory where below the root, as somebody asked for it
     * @throws MeshException {@link FailureCode#INVALID} naming the field where it would lie elsewhere, {@link
     *     FailureCode#UNAVAILABLE} where it can't be made
     */
    Path create(String directory, StreamId stream, String id) {
        Path relative = checked(directory);
        try {
            Files.createDirectories(root);
            Path realRoot = root.toRealPath();
            refuseLinksOut(realRoot, relative);
            Path shelf = Files.createDirectories(realRoot.resolve(relative).resolve(stream.value()));
            if (!shelf.toRealPath().startsWith(realRoot)) {
                throw outside(directory);
            }
            return Files.createDirectory(shelf.resolve(id));
        } catch (IOException fault) {
            throw new MeshException(
                    FailureCode.UNAVAILABLE,
                    "the recording can't be written below " + root + ": " + Faults.text(fault) + "; see the setting "
                            + RecordingsFolder.DIRECTORY.key(),
                    fault);
        }
    }

    private static Path checked(String directory) {
        Path relative;
        try {
            relative = Path.of(directory);
        } catch (InvalidPathException malformed) {
            throw MeshException.invalid(FIELD, "the directory " + Quoted.of(directory) + " is no path");
        }
        boolean climbs = false;
        for (Path name : relative) {
            climbs |= name.toString().equals("..") || name.toString().equals(".");
        }
        boolean odd = directory.length() > MOST_CHARACTERS
                || directory.chars().anyMatch(Character::isISOControl)
                || directory.indexOf('\\') >= 0;
        if (relative.isAbsolute() || climbs || odd) {
            throw outside(directory);
        }
        return relative;
    }

    private static void refuseLinksOut(Path realRoot, Path relative) throws IOException {
        Path present = realRoot;
        for (Path name : relative) {
            present = present.resolve(name);
            if (Files.exists(present) && !present.toRealPath().startsWith(realRoot)) {
                throw outside(relative.toString());
            }
        }
    }

    private static MeshException outside(String directory) {
        return MeshException.invalid(
                FIELD,
                "the directory " + Quoted.of(directory) + " must lie below the recordings' root: give a relative path"
                        + " without .. and without links that lead out of it");
    }

    /** The folders of all recordings. */
    List<Path> all() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root, DEPTH)) {
            return files.filter(file -> String.valueOf(file.getFileName()).equals(Manifest.NAME))
                    .flatMap(file -> Optional.ofNullable(file.getParent()).stream())
                    .sorted()
                    .toList();
        }
    }

    /** Room where recordings lie, in bytes. Blocks. */
    long freeBytes() throws IOException {
        Path existing = root;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return Files.getFileStore(existing).getUsableSpace();
    }

    /** Deletes a recording: its manifest first, so that what may be left is no recording any more. */
    void delete(Path folder, Set<String> files) throws IOException {
        Files.deleteIfExists(folder.resolve(Manifest.NAME));
        Files.deleteIfExists(folder.resolve(Manifest.NAME + ".new"));
        Reserve.giveBack(folder);
        for (String file : files) {
            Files.deleteIfExists(folder.resolve(file));
        }
        deleteIfEmpty(folder);
        Path above = folder.getParent();
        if (above != null && !above.equals(root)) {
            deleteIfEmpty(above);
        }
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        boolean empty;
        try (Stream<Path> rest = Files.list(folder)) {
            empty = rest.findAny().isEmpty();
        }
        if (empty) {
            Files.deleteIfExists(folder);
        }
    }
}
