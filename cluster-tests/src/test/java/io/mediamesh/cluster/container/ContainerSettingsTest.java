package io.mediamesh.cluster.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files around the images say, without an engine. */
final class ContainerSettingsTest {
    private static final Pattern VARIABLE = Pattern.compile("\\bMEDIAMESH_[A-Z0-9_]*[A-Z0-9]\\b");
    private static final Pattern SUBSTITUTED = Pattern.compile("\\$\\{([A-Z_0-9]+)");
    /** Read by the images' start script. */
    private static final Set<String> OF_THE_SCRIPT = Set.of("MEDIAMESH_JAVA_OPTS", "MEDIAMESH_DATA_SLOTS");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Dockerfile",
                "docker-compose.yml",
                ".env.example",
                "tools/container/start",
                "tools/container/is-ready"
            })
    void everyVariableIsASetting(String file) throws IOException {
        Set<String> settings = found(VARIABLE, read("docs/settings.md"));
        assertThat(found(VARIABLE, read(file)))
                .allSatisfy(variable -> assertThat(settings.contains(variable) || OF_THE_SCRIPT.contains(variable))
                        .as(variable + " in " + file)
                        .isTrue());
    }

    @Test
    void theExampleOfTheEnvironmentHasAllThatComposeSubstitutes() throws IOException {
        String example = read(".env.example");
        Set<String> asked = SUBSTITUTED
                .matcher(read("docker-compose.yml"))
                .results()
                .map(found -> found.group(1))
                .filter(name -> !name.equals("COMPOSE_PROJECT_NAME"))
                .collect(Collectors.toSet());
        assertThat(asked).isNotEmpty().allSatisfy(name -> assertThat(example).contains("#" + name + "="));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(String file) throws IOException {
        return Files.readString(Checkout.root().resolve(file));
    }
}
