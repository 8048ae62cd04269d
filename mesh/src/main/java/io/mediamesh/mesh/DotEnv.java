package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Environment variables in a file {@code .env}, where secrets are kept that belong into no shell's history: lines
 * {@code NAME=value} or {@code export NAME='value'}, empty lines and lines of comment ({@code #}). In double quotes
 * {@code \n}, {@code \"} and {@code \\} are escapes; behind a value without quotes {@code  #} begins a comment.
 */
final class DotEnv {
    static final String FILE = ".env";

    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=(.*)");
    private static final Pattern SINGLE_QUOTED = Pattern.compile("'([^']*)'\\s*(?:#.*)?");
    private static final Pattern DOUBLE_QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:#.*)?");
    private static final Pattern BARE = Pattern.compile("([^'\"].*?)?(?:\\s+#.*)?");
    private static final Pattern NOTHING = Pattern.compile("\\s*|\\s+#.*");

    private DotEnv() {}

    /**
     * The variables of the file with those of the process over them; where there is no file, those of the process.
     *
     * @throws MeshException {@link FailureCode#FATAL} naming the line that is wrong, never its content
     */
    static Map<String, String> under(Map<String, String> environment, Path file) {
        if (!Files.isRegularFile(file)) {
            return environment;
        }
        Map<String, String> all = new HashMap<>(read(file));
        all.putAll(environment);
        return all;
    }

    private static Map<String, String> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw new MeshException(FailureCode.FATAL, "the file " + file + " can't be read as text in UTF-8");
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw wrong(file, number, "is not NAME=value");
            }
            String name = parts.group(1);
            if (Settings.isOfCommand(name)) {
                throw wrong(file, number, "has " + name + ", which is only heeded in the environment itself");
            }
            variables.put(name, value(parts.group(2), file, number));
        }
        return variables;
    }

    private static String value(String given, Path file, int number) {
        if (NOTHING.matcher(given).matches()) {
            return "";
        }
        String text = given.strip();
        Matcher single = SINGLE_QUOTED.matcher(text);
        if (single.matches()) {
            return single.group(1);
        }
        Matcher twice = DOUBLE_QUOTED.matcher(text);
        if (twice.matches()) {
            return unescaped(twice.group(1));
        }
        Matcher bare = BARE.matcher(text);
        if (!bare.matches()) {
            throw wrong(file, number, "has a quotation mark that is not closed");
        }
        return bare.group(1);
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int index = 0; index < text.length(); index++) {
            char sign = text.charAt(index);
            if (sign == '\\') {
                index++;
                sign = text.charAt(index) == 'n' ? '\n' : text.charAt(index);
            }
            plain.append(sign);
        }
        return plain.toString();
    }

    private static MeshException wrong(Path file, int number, String what) {
        return new MeshException(FailureCode.FATAL, "line " + number + " of the file " + file + " " + what);
    }
}
