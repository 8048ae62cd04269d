package io.mediamesh.mesh;

import io.mediamesh.contracts.MeshException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of a service that is a process of its own.
 *
 * @param file the settings file, if one is named
 * @param help whether somebody only wants to know how it is used
 * @param version whether somebody only wants to know the version
 */
record ServiceArguments(Optional<Path> file, boolean help, boolean version) {
    private static final String CONFIG = "--config";
    private static final String CONFIG_VARIABLE = "MEDIAMESH_CONFIG";

    /**
     * Reads them; {@code MEDIAMESH_CONFIG} names the settings file where no argument does.
     *
     * @throws MeshException naming the argument that is not known, or lacks its value
     */
    static ServiceArguments parse(List<String> arguments, Map<String, String> environment) {
        String config = environment.getOrDefault(CONFIG_VARIABLE, "");
        boolean help = false;
        boolean version = false;
        Iterator<String> left = arguments.iterator();
        while (left.hasNext()) {
            String argument = left.next();
            switch (argument) {
                case CONFIG -> config = left.hasNext() ? left.next() : "";
                case "-h", "--help" -> help = true;
                case "-V", "--version" -> version = true;
                default -> {
                    if (!argument.startsWith(CONFIG + "=")) {
                        throw MeshException.invalid("arguments", "there is no option '" + argument + "'");
                    }
                    config = argument.substring(CONFIG.length() + 1);
                }
            }
            if (argument.startsWith(CONFIG) && config.isEmpty()) {
                throw MeshException.invalid("arguments", CONFIG + " needs the name of a file");
            }
        }
        return new ServiceArguments(config.isEmpty() ? Optional.empty() : Optional.of(Path.of(config)), help, version);
    }
}
