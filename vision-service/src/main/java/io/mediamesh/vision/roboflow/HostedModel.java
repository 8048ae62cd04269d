package io.mediamesh.vision.roboflow;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model as Roboflow names it.
 *
 * @param project its project (or workspace) in URLs
 * @param version its version (or name)
 */
public record HostedModel(String project, String version) {
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{1,100})/([A-Za-z0-9_.-]{1,100})");

    /**
     * Reads PROJECT/VERSION.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    public static HostedModel of(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches() || parts.group(2).startsWith(".")) {
            throw new IllegalArgumentException(
                    "PROJECT/VERSION as in the URL of the model, for example football-players/12");
        }
        return new HostedModel(parts.group(1), parts.group(2));
    }

    @Override
    public String toString() {
        return project + "/" + version;
    }
}
