package io.mediamesh.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The peers that are written in Go: built from {@code bench/peers} into the cache folder whenever they are used. */
final class GoPeers {
    private static final long BUILD_SECONDS = 300;

    private GoPeers() {}

    /** The hub that mediamesh's fan-out is compared with. */
    static Path gorillaHub(Lab lab) throws IOException, InterruptedException {
        return build(lab, "gorilla-hub");
    }

    /** The source and the viewers that load both. */
    static Path viewers(Lab lab) throws IOException, InterruptedException {
        return build(lab, "ws-viewers");
    }

    private static Path build(Lab lab, String peer) throws IOException, InterruptedException {
        Path binary = lab.cache().resolve(peer);
        Path source = lab.root().resolve("bench/peers").resolve(peer);
        List<String> command = List.of("go", "build", "-C", source.toString(), "-o", binary.toString(), ".");
        try (Child build = Child.silent(lab, "go-build", command, Map.of("GOFLAGS", "-mod=readonly -buildvcs=false"))) {
            build.expectSuccess(BUILD_SECONDS);
        } catch (IOException missing) {
            throw new IllegalStateException(
                    "this benchmark needs Go 1.26 or later on the PATH to build its peer " + peer, missing);
        }
        return binary;
    }
}
