package io.mediamesh.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** Who may know whom. Maven keeps services apart as modules; this keeps packages and native libraries apart. */
@AnalyzeClasses(packages = "io.mediamesh", importOptions = ImportOption.DoNotIncludeTests.class)
final class ModuleRulesTest {
    private static final List<String> SERVICES =
            List.of("ingest", "vision", "tracking", "audio", "recorder", "gateway");

    @ArchTest
    static void aServiceKnowsNoOtherService(JavaClasses classes) {
        for (String service : SERVICES) {
            String[] others = SERVICES.stream()
                    .filter(other -> !other.equals(service))
                    .map(ModuleRulesTest::everythingOf)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(everythingOf(service))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule theMeshKnowsNoServiceAndNoNativeLibrary = noClasses()
            .that()
            .resideInAPackage("io.mediamesh.mesh..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.mediamesh.ingest..",
                    "io.mediamesh.vision..",
                    "io.mediamesh.tracking..",
                    "io.mediamesh.audio..",
                    "io.mediamesh.recorder..",
                    "io.mediamesh.gateway..",
                    "io.mediamesh.standalone..",
                    "io.mediamesh.media..",
                    "org.bytedeco..");

    @ArchTest
    static final ArchRule theContractsKnowNoClusterNoYamlAndNoneOfUs = noClasses()
            .that()
            .resideInAPackage("io.mediamesh.contracts..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.hazelcast..",
                    "io.vertx.spi.cluster..",
                    "io.vertx.config..",
                    "org.yaml..",
                    "com.fasterxml.jackson.dataformat.yaml..",
                    "org.bytedeco..",
                    "io.mediamesh.mesh..",
                    "io.mediamesh.media..");

    @ArchTest
    static final ArchRule theClientKnowsNoneOfUs = noClasses()
            .that()
            .resideInAPackage(everythingOf("client"))
            .should()
            .dependOnClassesThat(resideInAPackage("io.mediamesh..").and(resideOutsideOfPackage(everythingOf("client"))))
            .because("who uses it must not get the mesh with it");

    @ArchTest
    static final ArchRule nobodyOfUsKnowsTheClient = noClasses()
            .that()
            .resideOutsideOfPackage(everythingOf("client"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(everythingOf("client"));

    @ArchTest
    static final ArchRule onlyIngestAndTheRecorderKnowFfmpeg = noClasses()
            .that()
            .resideOutsideOfPackages("io.mediamesh.ingest..", "io.mediamesh.recorder..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco.ffmpeg..");

    @ArchTest
    static final ArchRule onlyOnePackageKnowsLibwebrtc = noClasses()
            .that()
            .resideOutsideOfPackage("io.mediamesh.ingest.webrtc..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.onvoid..");

    @ArchTest
    static final ArchRule onlyMediaTheDetectorsAndTheTrackersKnowOpenCv = noClasses()
            .that()
            .resideOutsideOfPackages("io.mediamesh.media..", "io.mediamesh.vision..", "io.mediamesh.tracking.opencv..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco.opencv..");

    @ArchTest
    static final ArchRule onlyMediaAndWhoRunsModelsKnowOnnxRuntime = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.mediamesh.media..", "io.mediamesh.vision.onnx..", "io.mediamesh.tracking.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule packagesDoNotNeedEachOtherInACircle =
            slices().matching("io.mediamesh.(*)..").should().beFreeOfCycles();

    /** Without the annotation the compiler would not check a package for nulls, and would not say so. */
    @ArchTest
    static void everyPackageIsCheckedForNulls(JavaClasses classes) {
        Set<JavaPackage> packages = classes.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
        assertThat(packages).isNotEmpty().allSatisfy(javaPackage -> assertThat(
                        javaPackage.isAnnotatedWith(NullMarked.class))
                .as(javaPackage.getName() + " has a package-info with @NullMarked")
                .isTrue());
    }

    private static String everythingOf(String module) {
        return "io.mediamesh." + module + "..";
    }
}
