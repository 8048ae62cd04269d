package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** What a process needs before its node: settings from a file and the environment, and waiting for what is started. */
public final class NodeLauncher {
    private static final String DEFAULT_FILE = "mediamesh.yaml";

    private NodeLauncher() {}

    /**
     * The settings of a process.
     *
     * @param file the YAML file; without one, {@code mediamesh.yaml} of the working folder is read if it is there
     * @throws MeshException {@link FailureCode#FATAL} saying everything that is wrong with it
     */
    public static Settings settings(List<Setting<?>> declared, Optional<Path> file, Map<String, String> environment) {
        return settings(declared, List.of(), file, environment);
    }

    /** The same, where keys of others may be set besides. */
    static Settings settings(
            List<Setting<?>> declared,
            Collection<String> others,
            Optional<Path> file,
            Map<String, String> environment) {
        Path path = file.orElse(Path.of(DEFAULT_FILE));
        if (!Files.isRegularFile(path)) {
            if (file.isPresent()) {
                throw new MeshException(FailureCode.FATAL, "there is no settings file " + path);
            }
            return Settings.resolve(declared, others, new JsonObject(), environment);
        }
        return Settings.resolve(declared, others, readYaml(path), environment);
    }

    /**
     * The environment variables of this process over those in the file {@code .env} of the working folder, if there is one.
     *
     * @throws MeshException {@link FailureCode#FATAL} where that file is not right
     */
    public static Map<String, String> environment() {
        return DotEnv.under(System.getenv(), Path.of(DotEnv.FILE));
    }

    private static JsonObject readYaml(Path path) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        ConfigStoreOptions store = new ConfigStoreOptions()
                .setType("file")
                .setFormat("yaml")
                .setConfig(new JsonObject().put("path", path.toAbsolutePath().toString()));
        try {
            ConfigRetriever retriever = ConfigRetriever.create(vertx, new ConfigRetrieverOptions().addStore(store));
            return await(retriever.getConfig());
        } catch (MeshException broken) {
            throw new MeshException(
                    FailureCode.FATAL, "the settings file " + path + " is not valid YAML: " + broken.getMessage());
        } finally {
            vertx.close();
        }
    }

    /** Waits on a thread that is not one of Vert.x; a failure is thrown as a {@link MeshException}. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException failed) {
            throw MeshException.ofReply(failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new MeshException(FailureCode.FATAL, "interrupted while starting", interrupted);
        }
    }
}
