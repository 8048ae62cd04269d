package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChildTest {
    private Lab lab;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs /bin/sh");
        lab = Lab.open(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), 1);
    }

    @AfterEach
    void close() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    private Child shell(String script, Map<String, String> environment) throws IOException {
        return Child.talking(lab, "child", List.of("/bin/sh", "-c", script), environment);
    }

    @Test
    void linesGoBothWays() throws Exception {
        try (Child child = shell("read line; echo got $line $MEDIAMESH_X", Map.of("MEDIAMESH_X", "x"))) {
            child.tell("this");
            assertThat(child.expectLine()).isEqualTo("got this x");
            child.expectSuccess(10);
        }
    }

    @Test
    void aChildThatEndsEarlyIsToldWithTheEndOfItsLog() throws Exception {
        try (Child child = shell("echo no such port >&2; exit 3", Map.of())) {
            assertThatThrownBy(child::expectLine)
                    .hasMessageContaining("child ended before it was done")
                    .hasMessageContaining("no such port");
            assertThatThrownBy(() -> child.expectSuccess(10)).hasMessageContaining("exit code 3");
        }
    }

    @Test
    void nothingRunsOnAfterClosing() throws Exception {
        Child child = shell("echo up; exec sleep 1000", Map.of());
        assertThat(child.expectLine()).isEqualTo("up");
        assertThat(child.isAlive()).isTrue();
        child.close();
        assertThat(child.isAlive()).isFalse();
        assertThat(ProcessHandle.of(child.pid()).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }
}
