package io.mediamesh.standalone;

/**
 * One line of the doctor.
 *
 * @param level how bad it is
 * @param subject what was looked at, in a word or two
 * @param detail what was found
 * @param remedy what to do about it; empty when there is nothing to do
 */
record Finding(Level level, String subject, String detail, String remedy) {
    enum Level {
        GOOD("✓"),
        /** Works, but somebody should know. */
        NOTE("!"),
        BAD("✗");

        private final String mark;

        Level(String mark) {
            this.mark = mark;
        }
    }

    static Finding good(String subject, String detail) {
        return new Finding(Level.GOOD, subject, detail, "");
    }

    static Finding note(String subject, String detail, String remedy) {
        return new Finding(Level.NOTE, subject, detail, remedy);
    }

    static Finding bad(String subject, String detail, String remedy) {
        return new Finding(Level.BAD, subject, detail, remedy);
    }

    /** As the doctor prints it: one line, and a second one where there is something to do. */
    String line() {
        String first = "%s %-10s %s".formatted(level.mark, subject, detail);
        return remedy.isEmpty() ? first : first + System.lineSeparator() + " ".repeat(13) + "→ " + remedy;
    }
}
