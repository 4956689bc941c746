// SPDX-License-Identifier: Apache-2.0
package io.energydongle.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.energydongle.process.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Data flows one way: each package may use those named here and no others. */
class PackageOrderTest {

  private static final String ROOT = "io.energydongle.";

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.energydongle");

  /** See {@code docs/concepts/architecture.md}. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("snapshot", List.of()),
          Map.entry("config", List.of()),
          Map.entry("status", List.of()),
          Map.entry("process", List.of()),
          Map.entry("identity", List.of("process")),
          Map.entry("frame", List.of()),
          Map.entry("decrypt", List.of("frame")),
          Map.entry("telegram", List.of("frame", "snapshot")),
          Map.entry("serial", List.of("config")),
          Map.entry(
              "meter",
              List.of("serial", "frame", "decrypt", "telegram", "snapshot", "status", "config")),
          Map.entry("copy", List.of("serial", "snapshot", "status", "config")),
          Map.entry("reading", List.of("snapshot")),
          Map.entry("store", List.of()),
          Map.entry("history", List.of("snapshot", "store")),
          Map.entry(
              "mqtt", List.of("snapshot", "status", "config", "reading", "identity", "store")),
          Map.entry("modbus", List.of("snapshot", "config")),
          Map.entry(
              "web",
              List.of("snapshot", "status", "config", "reading", "history", "identity", "update")),
          Map.entry("update", List.of("snapshot", "status", "config", "identity")),
          Map.entry("network", List.of("snapshot", "status", "config", "process")),
          Map.entry("gpio", List.of()),
          Map.entry("indicator", List.of("gpio", "snapshot", "status", "config")),
          Map.entry("button", List.of("gpio", "snapshot", "status", "config")),
          Map.entry("service", List.of("snapshot", "process")),
          // The simulated meter stands where the serial port stands.
          Map.entry("simulate", List.of("serial", "config", "snapshot", "frame")));

  /** Libraries, and the one package that may use each. */
  private static final Map<String, Set<String>> CONFINED =
      Map.of(
          "com.fazecast..", Set.of("serial"),
          "com.ghgande..", Set.of("modbus"),
          "javax.crypto..", Set.of("decrypt", "web", "network"),
          "ch.qos.logback..", Set.of("app"),
          "io.javalin..", Set.of("web"),
          "org.eclipse.jetty..", Set.of("web"),
          "com.fasterxml..", Set.of("config", "reading", "modbus", "mqtt", "update", "web", "app"),
          "org.eclipse.paho..", Set.of("mqtt"));

  @Test
  void every_package_uses_only_what_stands_before_it_in_the_flow() {
    MAY_USE.forEach(
        (name, allowed) -> {
          String[] ours =
              Stream.concat(Stream.of(name), allowed.stream())
                  .map(p -> ROOT + p + "..")
                  .toArray(String[]::new);
          ArchRule rule =
              noClasses()
                  .that(resideInAPackage(ROOT + name + ".."))
                  .should()
                  .dependOnClassesThat(
                      resideInAPackage("io.energydongle..").and(resideInAnyPackage(ours).negate()));
          rule.check(PRODUCT);
        });
  }

  @Test
  void every_package_is_in_the_table() {
    Set<String> packages = new TreeSet<>();
    for (JavaClass each : PRODUCT) {
      String below = each.getPackageName().substring(ROOT.length());
      packages.add(below.split("\\.", 2)[0]);
    }
    packages.remove("app");
    assertThat(packages).isEqualTo(new TreeSet<>(MAY_USE.keySet()));
  }

  @Test
  void packages_form_no_cycle() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(PRODUCT);
  }

  @Test
  void frames_telegrams_and_snapshots_need_nothing_but_the_language() {
    classes()
        .that(resideInAnyPackage(ROOT + "snapshot..", ROOT + "frame..", ROOT + "telegram.."))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "java.lang..",
                "java.util..",
                "java.time..",
                "java.nio.charset..",
                "org.jspecify.annotations..",
                ROOT + "snapshot..",
                ROOT + "frame..",
                ROOT + "telegram.."))
        .check(PRODUCT);
  }

  @Test
  void parsers_use_no_regular_expressions() {
    noClasses()
        .that(resideInAnyPackage(ROOT + "frame..", ROOT + "telegram.."))
        .should()
        .dependOnClassesThat(resideInAPackage("java.util.regex.."))
        .check(PRODUCT);
    for (String method : List.of("matches", "replaceAll", "replaceFirst", "split")) {
      noClasses()
          .that(resideInAnyPackage(ROOT + "frame..", ROOT + "telegram.."))
          .should()
          .callMethod(String.class, method, String.class)
          .orShould()
          .callMethod(String.class, method, String.class, String.class)
          .check(PRODUCT);
    }
  }

  @Test
  void every_library_has_one_place() {
    CONFINED.forEach(
        (library, packages) ->
            noClasses()
                .that(
                    resideInAnyPackage(
                            packages.stream().map(p -> ROOT + p + "..").toArray(String[]::new))
                        .negate())
                .should()
                .dependOnClassesThat(resideInAPackage(library))
                .check(PRODUCT));
  }

  @Test
  void the_time_comes_from_a_clock_that_was_handed_in() {
    ArchRule rule =
        noClasses()
            .that(resideInAPackage(ROOT + "app..").negate())
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");
    rule.check(PRODUCT);
  }

  /** Mounts that a unit's sandbox makes are not in the list that this looks through. */
  @Test
  void nothing_asks_for_the_mount_point_of_a_file() {
    noClasses().should().callMethod(Files.class, "getFileStore", Path.class).check(PRODUCT);
  }

  /** A start that fails half-way closes a descriptor of somebody else. */
  @Test
  void processes_are_started_in_one_place_only() {
    noClasses()
        .that(not(equivalentTo(ChildProcess.class)))
        .should()
        .callMethod(ProcessBuilder.class, "start")
        .check(PRODUCT);
  }
}
