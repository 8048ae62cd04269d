package io.mediamesh.contracts;

/** Quotes what somebody sent us in a message for a person: shortened, and without control characters. */
public final class Quoted {
    private static final int LIMIT = 64;

    private Quoted() {}

    /** The text in quotation marks, cut after 64 characters. */
    public static String of(String text) {
        String cut = text.length() <= LIMIT ? text : text.substring(0, LIMIT) + "…";
        return "\"" + cut.replaceAll("\\p{Cntrl}", "?") + "\"";
    }
}
