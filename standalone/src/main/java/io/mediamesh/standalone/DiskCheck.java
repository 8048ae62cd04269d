package io.mediamesh.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Room and permission to write where the durable state is kept. */
record DiskCheck(Path directory, String setting) implements Check {
    private static final long MIB = 1 << 20;
    private static final long TOO_LITTLE_BYTES = 64 * MIB;
    private static final long SCARCE_BYTES = 1024 * MIB;

    @Override
    public List<Finding> findings() {
        Path existing = directory.toAbsolutePath().normalize();
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            return List.of(Finding.bad(
                    "disk",
                    "can't write to " + existing,
                    "make it writable, or set another directory with " + setting));
        }
        try {
            return List.of(finding(Files.getFileStore(existing).getUsableSpace()));
        } catch (IOException unreadable) {
            return List.of(Finding.note(
                    "disk", "the free space of " + existing + " is not known: " + unreadable.getMessage(), ""));
        }
    }

    private Finding finding(long freeBytes) {
        String detail = String.format(Locale.ROOT, "%.1f GiB free for %s", freeBytes / 1024.0 / MIB, directory);
        String remedy = "make room, or set another directory with " + setting;
        if (freeBytes < TOO_LITTLE_BYTES) {
            return Finding.bad("disk", detail, remedy);
        }
        return freeBytes < SCARCE_BYTES ? Finding.note("disk", detail, remedy) : Finding.good("disk", detail);
    }
}
