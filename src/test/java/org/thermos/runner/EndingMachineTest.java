package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.config.ProcessConfig;
import org.thermos.config.Task;
import org.thermos.plan.RunLimit;
import org.thermos.runner.TaskEvent.CoordinatorGone;
import org.thermos.runner.TaskEvent.Recorded;

/** A task machine that may not start anything, at whatever point it takes the task over. */
class EndingMachineTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunnerHeader HEADER =
      new RunnerHeader(
          "t", START, Path.of("/s"), "h", "root", Map.of(), Optional.empty(), OptionalInt.empty());
  private static final StopOrder KILL = new StopOrder(TaskState.KILLED, Duration.ofSeconds(60));

  private final List<String> decided = new ArrayList<>();

  private static ProcessConfig process(String name, boolean isFinal) {
    return new ProcessConfig(
        name, "true", 1, false, false, Duration.ZERO, isFinal, Optional.empty());
  }

  private static TaskMachine machine(CheckpointRecord... recorded) throws Exception {
    Task task =
        new Task(
            "t",
            List.of(process("a", false), process("fin", true)),
            List.of(),
            Optional.empty(),
            1,
            0,
            Duration.ofSeconds(30));
    TaskProgress progress = TaskProgress.of(task, new RunLimit(100));
    for (CheckpointRecord record : recorded) {
      progress.replay(record, at(0));
    }
    return new TaskMachine(progress, HEADER, new RunnerIdentity(1, 0), Launching.FORBIDDEN);
  }

  private static TaskStatus is(TaskState state) {
    return new TaskStatus(state, START, 9, 0);
  }

  private static Moment at(long seconds) {
    return new Moment(START.plusSeconds(seconds), Duration.ofSeconds(seconds));
  }

  private void take(Decision decision) {
    for (CheckpointRecord record : decision.records()) {
      decided.add(
          record instanceof ProcessStatus status
              ? status.process() + " " + status.state()
              : record instanceof TaskStatus status ? status.state().name() : "header");
    }
    decision.effects().forEach(effect -> decided.add(effect.getClass().getSimpleName()));
  }

  private static Recorded ended(String process) {
    return new Recorded(ProcessStatus.ended(3, process, ProcessState.KILLED, START, -15));
  }

  @Test
  void endsAnActiveTaskWithoutItsFinalizers() throws Exception {
    TaskMachine machine =
        machine(
            is(TaskState.ACTIVE),
            HEADER,
            ProcessStatus.waiting(0, "a"),
            ProcessStatus.forked(1, "a", 7, START),
            ProcessStatus.running(2, "a", 8, START));

    take(machine.start(Optional.of(KILL), at(1)));
    take(machine.handle(ended("a"), at(2)));
    take(machine.handle(new CoordinatorGone("a"), at(2)));

    assertThat(decided)
        .containsExactly(
            "ACTIVE",
            "CLEANING",
            "CreateTaskFile",
            "Adopt",
            "Terminate",
            "a KILLED",
            "KILLED",
            "FinishTaskFile",
            "Exit");
  }

  @Test
  void startsNoRunThatWasOnlyWaiting() throws Exception {
    TaskMachine machine = machine(is(TaskState.ACTIVE), HEADER, ProcessStatus.waiting(0, "a"));

    take(machine.start(Optional.of(KILL), at(1)));
    take(machine.handle(new CoordinatorGone("a"), at(1)));

    assertThat(decided).doesNotContain("Launch").endsWith("KILLED", "FinishTaskFile", "Exit");
  }

  @Test
  void letsAFinalizerEndThatRunsAndStartsNoOther() throws Exception {
    TaskMachine machine =
        machine(
            is(TaskState.ACTIVE),
            HEADER,
            is(TaskState.CLEANING),
            is(TaskState.FINALIZING),
            ProcessStatus.waiting(0, "fin"),
            ProcessStatus.forked(1, "fin", 7, START),
            ProcessStatus.running(2, "fin", 8, START));

    take(machine.start(Optional.of(KILL), at(1)));
    assertThat(decided).doesNotContain("Terminate", "Exit");
    take(machine.handle(new CoordinatorGone("fin"), at(2)));
    take(machine.handle(new TaskEvent.TreeKilled("fin", List.of()), at(2)));

    assertThat(decided)
        .doesNotContain("Launch")
        .endsWith("fin LOST", "KILLED", "FinishTaskFile", "Exit");
  }

  @Test
  void endsATaskOfWhichNothingIsLeft() throws Exception {
    TaskMachine machine = machine(is(TaskState.ACTIVE), HEADER);

    take(machine.start(Optional.of(KILL), at(1)));

    assertThat(decided)
        .containsExactly(
            "ACTIVE", "CLEANING", "KILLED", "CreateTaskFile", "FinishTaskFile", "Exit");
  }
}
