package io.mediamesh.ingest;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.mesh.AddressRules;
import io.mediamesh.mesh.LiveKitAccess;
import io.mediamesh.mesh.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which sources may be opened. The same rules are asked when a stream is added and each time that it is opened,
 * because names get other addresses and links other targets.
 */
public final class SourceRules {
    private SourceRules() {}

    /**
     * Checks a source without opening it. Blocks: asks the name server and the disk.
     *
     * @throws MeshException {@link FailureCode#INVALID} for a URL that can't work and for a missing file, {@link
     *     FailureCode#FORBIDDEN} for what a setting does not allow
     */
    public static void check(SourceUrl url, Settings settings) {
        check(url, IngestConfig.of(settings));
    }

    static void check(SourceUrl url, IngestConfig config) {
        SourceLocation location = SourceLocation.parse(url, config.maxSidePx());
        try {
            switch (location) {
                case SourceLocation.Test test -> {}
                case SourceLocation.Device device -> {}
                case SourceLocation.MediaFile file -> checkFile(file.path(), config.fileRoots());
                case SourceLocation.Remote remote -> resolve(remote.host(), config.addresses());
                case SourceLocation.LiveKit room ->
                    resolve(config.liveKit().complete(room.address()).server().orElseThrow(), config);
            }
        } catch (UnknownHostException notNow) {
            // A name may be unknown for a while; opening tries again and says so in the stream's state.
        }
    }

    /**
     * The addresses of a server, all of them allowed. Blocks.
     *
     * @throws MeshException {@link FailureCode#FORBIDDEN}
     */
    static InetAddress[] resolve(String host, AddressRules rules) throws UnknownHostException {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        rules.check(
                host, addresses, IngestConfig.ALLOWED_ADDRESSES.key(), IngestConfig.ALLOW_PRIVATE.key(), "source.url");
        return addresses;
    }

    /** The same of a LiveKit server. The one that the settings name may be anywhere. */
    static InetAddress[] resolve(LiveKitAccess.Server server, IngestConfig config) throws UnknownHostException {
        return config.liveKit().access().server().equals(Optional.of(server))
                ? InetAddress.getAllByName(server.host())
                : resolve(server.host(), config.addresses());
    }

    /** The file with all links followed, if it may be played. */
    static Path checkFile(Path path, List<Path> roots) {
        try {
            Path real = path.toRealPath();
            if (!roots.isEmpty() && roots.stream().noneMatch(root -> liesUnder(real, root))) {
                throw outside(path);
            }
            if (!Files.isRegularFile(real)) {
                throw MeshException.invalid("source.url", Quoted.of(path.toString()) + " is not a regular file");
            }
            if (!Files.isReadable(real)) {
                throw new MeshException(
                        FailureCode.FORBIDDEN, "no permission to read " + Quoted.of(path.toString()), "source.url");
            }
            return real;
        } catch (NoSuchFileException missing) {
            // Whoever may not read a folder is not told either what is in it.
            if (!roots.isEmpty() && roots.stream().noneMatch(root -> path.startsWith(root.toAbsolutePath()))) {
                throw outside(path);
            }
            throw new MeshException(FailureCode.INVALID, "no such file: " + Quoted.of(path.toString()), "source.url");
        } catch (IOException failed) {
            throw new MeshException(FailureCode.FORBIDDEN, "can't read " + Quoted.of(path.toString()), "source.url");
        }
    }

    private static MeshException outside(Path path) {
        return new MeshException(
                FailureCode.FORBIDDEN,
                "the file " + Quoted.of(path.toString()) + " lies outside the folders of the setting "
                        + IngestConfig.FILE_ROOTS.key(),
                "source.url");
    }

    private static boolean liesUnder(Path real, Path root) {
        try {
            return real.startsWith(root.toRealPath());
        } catch (IOException noSuchRoot) {
            return false;
        }
    }
}
