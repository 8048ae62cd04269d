package io.mediamesh.standalone;

import io.mediamesh.mesh.Setting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the reference of all settings, in Markdown. */
@Command(
        name = "settings",
        description = "Print the reference of all settings, in Markdown.",
        mixinStandardHelpOptions = true)
final class SettingsReference implements Callable<Integer> {
    private static final String HEAD = """
            # Settings

            Every setting has a key. It is set in `mediamesh.yaml` in the folder where the product is started (or in the
            file given with `--config` or `MEDIAMESH_CONFIG`), where the dots of the key are levels of the file:

            ```yaml
            gateway:
              http:
                port: 9090
            ```

            or by the environment variable beside it, which wins over the file. Variables may also stand in a file
            `.env` in that folder, a line `NAME=value` each; those of the environment itself win over it. A key or a
            `MEDIAMESH_` variable that does not exist, or a value that is not allowed, stops the start with a message that
            names the nearest known key. Values marked *secret* are never shown or logged.

            These variables belong to the command itself: `MEDIAMESH_CONFIG` (the settings file), `MEDIAMESH_CACHE` (where
            downloads and unpacked libraries are kept), `MEDIAMESH_JAVA_HOME` (the JDK to use) and `MEDIAMESH_JAVA_OPTS`
            (more options for the JVM).

            This page is written by `./mediamesh settings > docs/settings.md`.
            """;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--keys",
            description = "Only the keys, one a line: what a service that is on its own takes as known.")
    private boolean keys;

    @Override
    public Integer call() {
        if (spec != null) {
            List<Setting<?>> settings = Composition.create().settings();
            spec.commandLine().getOut().print(keys ? keys(settings) : markdown(settings));
            spec.commandLine().getOut().flush();
        }
        return 0;
    }

    private static String keys(Collection<Setting<?>> settings) {
        return settings.stream().map(setting -> setting.key() + "\n").sorted().collect(Collectors.joining());
    }

    /** The whole page: one table for each first word of the keys. */
    static String markdown(Collection<Setting<?>> settings) {
        Map<String, List<Setting<?>>> groups = new TreeMap<>();
        for (Setting<?> setting : settings) {
            int dot = setting.key().indexOf('.');
            String group = dot < 0 ? setting.key() : setting.key().substring(0, dot);
            groups.computeIfAbsent(group, first -> new ArrayList<>()).add(setting);
        }
        StringBuilder page = new StringBuilder(HEAD);
        groups.forEach((group, members) -> {
            page.append("\n## ").append(group).append("\n\n");
            page.append("| key | values | default | environment | what it does |\n|---|---|---|---|---|\n");
            members.forEach(setting -> page.append(row(setting)));
        });
        return page.toString();
    }

    private static String row(Setting<?> setting) {
        String variables = "`" + setting.environmentVariable() + "`"
                + (setting.alias().isEmpty() ? "" : " or `" + setting.alias() + "`");
        String standard = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
        return "| "
                + String.join(
                        " | ",
                        "`" + setting.key() + "`",
                        cell(setting.kind()) + (setting.secret() ? ", *secret*" : ""),
                        cell(standard),
                        variables,
                        cell(sentence(setting.description())))
                + " |\n";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String sentence(String description) {
        String text = description.strip();
        String capital = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return capital.endsWith(".") ? capital : capital + ".";
    }
}
