package org.thermos.config;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConstraintValidatorTest {
  private static ProcessConfig process(String name, String... kinds) {
    List<String> is = Arrays.asList(kinds);
    return new ProcessConfig(
        name,
        "true",
        1,
        is.contains("daemon"),
        is.contains("ephemeral"),
        Duration.ZERO,
        is.contains("final"),
        Optional.empty());
  }

  private static Constraint order(String... names) {
    return new Constraint(List.of(names));
  }

  private static void assertRefused(
      String why, List<ProcessConfig> processes, Constraint... constraints) {
    assertThatThrownBy(() -> ConstraintValidator.check(processes, List.of(constraints)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Task has invalid plan: " + why);
  }

  @Test
  void acceptsOrdersWithinEachPlan() throws ConfigException {
    List<ProcessConfig> processes =
        List.of(
            process("a"),
            process("b"),
            process("c", "daemon"),
            process("e", "ephemeral"),
            process("f", "final"),
            process("g", "final"));
    ConstraintValidator.check(
        processes,
        List.of(
            order("a", "b", "c"), order("a", "b"), order("a", "e"), order("f", "g"), order("b")));
    assertThat(processes).hasSize(6);
  }

  @Test
  void refusesCyclesOfAnyLength() {
    List<ProcessConfig> processes = List.of(process("a"), process("b"), process("c"));
    String cycle = "Cycles detected in the task schedule!";
    assertRefused(cycle, processes, order("a", "a"));
    assertRefused(cycle, processes, order("a", "b", "a"));
    assertRefused(cycle, processes, order("a", "b"), order("b", "c"), order("c", "a"));
  }

  @Test
  void refusesNamesOutsideThePlan() {
    List<ProcessConfig> processes = List.of(process("a"), process("b"), process("f", "final"));
    assertRefused("Invalid process dependencies!", processes, order("a", "x"));
    assertRefused("Invalid process dependencies!", processes, order("a", "f"));
    assertRefused("Invalid process dependencies!", processes, order());
    assertRefused(
        "Invalid process dependencies! A constraint names only unknown processes: x, y",
        processes,
        order("x", "y"));
  }

  @Test
  void refusesWaitingForWhatNeverFinishes() {
    List<ProcessConfig> processes =
        List.of(process("d", "daemon"), process("e", "ephemeral"), process("p"));
    assertRefused("Process p may not depend upon daemon process d", processes, order("d", "p"));
    assertRefused(
        "Non-ephemeral process p may not depend upon ephemeral process e",
        processes,
        order("e", "p"));
  }

  @Test
  void takesLinearTime() {
    int count = 100_000;
    List<ProcessConfig> processes = new ArrayList<>();
    IntStream.range(0, count).forEach(i -> processes.add(process("p" + i)));
    List<String> names = processes.stream().map(ProcessConfig::name).toList();
    assertTimeoutPreemptively(
        ofSeconds(5), () -> ConstraintValidator.check(processes, List.of(new Constraint(names))));
  }
}
