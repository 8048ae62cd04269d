package io.mediamesh.standalone;

import java.util.List;

/** The Java that runs this, and the room that it was given. */
record JdkCheck() implements Check {
    private static final int WANTED = 25;

    @Override
    public List<Finding> findings() {
        Runtime.Version version = Runtime.version();
        String detail = version + " by " + System.getProperty("java.vendor") + " in " + System.getProperty("java.home");
        return List.of(
                version.feature() == WANTED
                        ? Finding.good("jdk", detail)
                        : Finding.bad(
                                "jdk", detail, "install a JDK " + WANTED + ", or point MEDIAMESH_JAVA_HOME to one"));
    }
}
