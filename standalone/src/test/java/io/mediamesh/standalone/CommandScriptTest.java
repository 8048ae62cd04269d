package io.mediamesh.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code mediamesh} script up to the point where it would build. */
final class CommandScriptTest {
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    private Path folder = Path.of("");

    private record Outcome(int exitCode, String output) {}

    @BeforeEach
    void thereIsABash() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the script needs /bin/bash");
    }

    @Test
    void helpListsCommandsAndExitCodes() throws Exception {
        assertThat(mediamesh(Map.of(), "--help")).satisfies(outcome -> {
            assertThat(outcome.exitCode).isZero();
            assertThat(outcome.output).contains("up [--source URL]", "doctor", "test [--fast]", "bench", "Exit codes");
        });
    }

    @Test
    void wrongUsageIsToldBeforeAnythingIsBuilt() throws Exception {
        for (String[] arguments : new String[][] {
            {},
            {"upp"},
            {"up", "--source"},
            {"up", "--port", "1"},
            {"test", "-x"},
            {"model"},
            {"model", "check"},
            {"model", "look", "a.onnx"},
            {"model", "check", "a.onnx", "--out"},
            {"model", "check", "a.onnx", "b.onnx"},
            {"model", "bench", "a.onnx", "--out", "b.jpg"},
            {"service"},
            {"service", "visoin"},
            {"service", "vision", "audio"},
            {"service", "vision", "--source", "test:"},
            {"images", "--base"},
            {"images", "--platform", "arm"}
        }) {
            Outcome outcome = mediamesh(Map.of(), arguments);
            assertThat(outcome.exitCode).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(outcome.output).doesNotContain("Building");
        }
    }

    @Test
    void aJavaHomeThatIsNoJdk25IsRefusedByName() throws Exception {
        Path home = fakeJdk("17.0.15");
        Outcome outcome = mediamesh(Map.of("MEDIAMESH_JAVA_HOME", home.toString()), "up");
        assertThat(outcome.exitCode).isEqualTo(3);
        assertThat(outcome.output).contains(home.toString()).contains("JDK 25");
    }

    @Test
    void theJdkIsTakenFromJavaHomeOnlyWhenItIsTheRightOne() throws Exception {
        Path wrong = fakeJdk("17.0.15");
        Path right = fakeJdk("25.0.1");
        assertThat(found(wrong)).doesNotContain(wrong.toString());
        assertThat(found(right)).contains(right.toString());
    }

    @Test
    void surefireReportsAreCountedTestByTest() throws Exception {
        Path report = Files.writeString(folder.resolve("TEST-x.xml"), """
                <testsuite name="a.XTest" tests="5" errors="0" skipped="2" failures="1">
                  <testcase name="works" classname="a.XTest" time="0.1"/>
                  <testcase name="worksAndTalks" classname="a.XTest" time="0.1">
                    <system-out><![CDATA[ <failure message="not one"> <testcase/> ]]></system-out>
                  </testcase>
                  <testcase name="isSkipped" classname="a.XTest" time="0">
                    <skipped message="Assumption failed: no &quot;browser&quot; here"/>
                  </testcase>
                  <testcase name="isAborted" classname="a.XTest" time="0">
                    <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: no camera
                	at a.b]]></skipped>
                    <system-out><![CDATA[not the reason]]></system-out>
                  </testcase>
                  <testcase name="fails" classname="a.XTest" time="0.1">
                    <failure message="&#10;expected: 1&#10; but was: 2" type="E"><![CDATA[at a.b]]></failure>
                  </testcase>
                </testsuite>
                """);
        assertThat(awk("reports.awk", report).output.lines())
                .containsExactlyInAnyOrder(
                        "passed 2",
                        "skipped XTest.isSkipped: Assumption failed: no \"browser\" here",
                        "skipped XTest.isAborted: no camera",
                        "failed XTest.fails: expected: 1 but was: 2");
    }

    @Test
    void nodeTestsAreCountedWithoutTheirSuites() throws Exception {
        Path tap = Files.writeString(folder.resolve("script.tap"), """
                TAP version 13
                # Subtest: suite
                    ok 1 - works
                      ---
                      duration_ms: 1
                      ...
                    not ok 2 - fails
                      ---
                      type: 'test'
                      ...
                    ok 3 - waits # SKIP no camera
                      ---
                      ...
                    1..3
                not ok 1 - suite
                  ---
                  type: 'suite'
                  ...
                1..1
                """);
        assertThat(awk("tap.awk", tap).output.lines())
                .containsExactlyInAnyOrder(
                        "passed 1", "failed fails: see target/test-results/script.tap", "skipped waits: no camera");
    }

    /** What the script says of a JDK that it would use, without using it. */
    private String found(Path javaHome) throws IOException, InterruptedException {
        String script = "root=/ cache=/ parts=/; . tools/command/say.sh; . tools/command/packages.sh;"
                + " . tools/command/java.sh; look_for_java; echo \"found $java_home\"";
        return run(Map.of("JAVA_HOME", javaHome.toString()), List.of("/bin/bash", "-c", script)).output;
    }

    private Path fakeJdk(String version) throws IOException {
        Path home = Files.createDirectories(folder.resolve("jdk-" + version));
        Files.createDirectories(home.resolve("bin"));
        for (String program : List.of("java", "javac")) {
            Path file = Files.writeString(home.resolve("bin").resolve(program), "#!/bin/sh\nexit 1\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private Outcome awk(String program, Path input) throws IOException, InterruptedException {
        return run(Map.of(), List.of("awk", "-f", "tools/command/" + program, input.toString()));
    }

    private Outcome mediamesh(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("./mediamesh"));
        command.addAll(List.of(arguments));
        return run(environment, command);
    }

    private Outcome run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Repository.root().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end; it said: " + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
