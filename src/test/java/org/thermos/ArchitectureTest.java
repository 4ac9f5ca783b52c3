package org.thermos;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the order of the packages, and what each JVM may load (docs/architecture.md). */
class ArchitectureTest {
  /** Each package may use those before it and none after it. */
  private static final List<String> LINE =
      List.of(
          "log",
          "flags",
          "thrift",
          "config",
          "plan",
          "checkpoint",
          "process",
          "runner",
          "http",
          "sandbox",
          "health",
          "announce",
          "resources",
          "metrics",
          "mesos",
          "executor",
          "agent",
          "monitor",
          "observer",
          "cli");

  /** Libraries that cost megabytes: only where there is one JVM per command or per host. */
  private static final String[] COMFORT = {
    "com.fasterxml.jackson.databind..",
    "org.apache.logging..",
    "org.slf4j..",
    "picocli..",
    "jnr..",
    "java.util.logging..",
    "java.net.http.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.thermos");

  @TestFactory
  List<DynamicTest> packagesUseOnlyThoseBeforeThem() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < LINE.size() - 1; i++) {
      String[] later =
          LINE.subList(i + 1, LINE.size()).stream()
              .map(ArchitectureTest::within)
              .toArray(String[]::new);
      tests.add(forbid(LINE.get(i), later));
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> leanPackagesLoadNoComfort() {
    return LINE.subList(0, LINE.indexOf("agent")).stream()
        .filter(name -> !name.equals("thrift"))
        .map(name -> forbid(name, comfortFor(name)))
        .toList();
  }

  /**
   * ZooKeeper's client logs through slf4j, so package announce, loaded on demand, is its provider.
   */
  private static String[] comfortFor(String name) {
    return Stream.of(COMFORT)
        .filter(library -> !(name.equals("announce") && library.equals("org.slf4j..")))
        .toArray(String[]::new);
  }

  @Test
  void transportsDoNotKnowThermos() {
    for (String transport : List.of("mesos", "agent")) {
      check(
          noClasses()
              .that()
              .resideInAPackage(within(transport))
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(
                  within("config"), within("plan"), within("checkpoint"), within("runner")));
    }
  }

  @Test
  void processesDoNotKnowTasks() {
    check(
        noClasses()
            .that()
            .resideInAPackage(within("process"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(within("config"), within("plan"), within("checkpoint")));
  }

  private static DynamicTest forbid(String name, String... packages) {
    return DynamicTest.dynamicTest(
        name,
        () ->
            check(
                noClasses()
                    .that()
                    .resideInAPackage(within(name))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages)));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  private static String within(String name) {
    return "org.thermos." + name + "..";
  }
}
