package io.mediamesh.client;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is told of errors; one that fails itself is logged. Safe to use from any thread. */
final class ErrorListeners {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorListeners.class);

    private final Set<Consumer<AudioError>> all = new CopyOnWriteArraySet<>();

    void add(Consumer<AudioError> listener) {
        all.add(listener);
    }

    void tell(AudioError error) {
        for (Consumer<AudioError> listener : all) {
            try {
                listener.accept(error);
            } catch (Throwable thrown) {
                LOG.warn("a listener of errors failed itself, at: {}", error.message(), thrown);
            }
        }
    }
}
