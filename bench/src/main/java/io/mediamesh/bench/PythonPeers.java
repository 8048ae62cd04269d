package io.mediamesh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Peers that are written in Python: an intensity server on aiortc, and the WebRTC clients that load it and mediamesh. */
final class PythonPeers {
    private static final String FOLDER = "bench/peers/aiortc-intensity";

    private PythonPeers() {}

    /** A server as a process of its own. */
    record Server(Child child, String offerUrl) implements AutoCloseable {
        long pid() {
            return child.pid();
        }

        @Override
        public void close() {
            child.close();
        }
    }

    /**
     * Starts an intensity server, and waits until it listens.
     *
     * @param options of {@code server.py}
     */
    static Server intensityServer(Lab lab, String name, String... options) throws IOException, InterruptedException {
        List<String> command = command(lab, FOLDER + "/server.py");
        command.addAll(List.of("--port", "0"));
        command.addAll(List.of(options));
        Child child = Child.talking(lab, name, command, Map.of());
        try {
            String[] words = child.expectLine().split(" ", -1);
            if (words.length != 2 || !words[0].equals("listening")) {
                throw child.failure("did not say where it listens");
            }
            return new Server(child, "http://127.0.0.1:" + words[1] + "/offer");
        } catch (InterruptedException | RuntimeException failure) {
            child.close();
            throw failure;
        }
    }

    /**
     * Starts clients that send video to where offers are taken.
     *
     * @param options of {@code load.py}
     */
    static Child load(Lab lab, String offerUrl, List<String> options) throws IOException {
        List<String> command = command(lab, FOLDER + "/load.py");
        command.addAll(List.of("--url", offerUrl));
        command.addAll(options);
        return Child.talking(lab, "aiortc-load", command, Map.of());
    }

    /**
     * What runs a program of the peers, without its arguments.
     *
     * @param program its path in the product's folder
     */
    static List<String> command(Lab lab, String program) {
        Path python = lab.python();
        if (!Files.isExecutable(python)) {
            throw new IllegalStateException("this benchmark needs the Python clients, which ./mediamesh bench installs"
                    + " where there is a python3 with venv; " + python + " is missing");
        }
        List<String> command = new ArrayList<>();
        command.add(python.toString());
        command.add(lab.root().resolve(program).toString());
        return command;
    }
}
