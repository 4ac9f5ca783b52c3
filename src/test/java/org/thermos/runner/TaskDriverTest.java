package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.checkpoint.TaskState;
import org.thermos.config.Constraint;
import org.thermos.config.ProcessConfig;
import org.thermos.config.Task;
import org.thermos.plan.RunLimit;
import org.thermos.runner.TaskEvent.CoordinatorGone;
import org.thermos.runner.TaskEvent.Recorded;

/** The order in which decisions are carried out, and what the machine decides in plain cases. */
class TaskDriverTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<String> happened = new ArrayList<>();
  private boolean full;
  private final Hands hands =
      new Hands() {
        @Override
        public void perform(TaskEffect effect) {
          happened.add(effect.getClass().getSimpleName());
        }

        @Override
        public void wakeAt(Optional<Duration> uptime) {
          happened.add("wake " + uptime.map(Duration::toString).orElse("never"));
        }
      };

  private static ProcessConfig process(String name, Duration minDuration) {
    return new ProcessConfig(name, "true", 2, false, false, minDuration, false, Optional.empty());
  }

  private static TaskDriver driver(Journal journal, Hands hands) throws Exception {
    Task task =
        new Task(
            "t",
            List.of(process("a", Duration.ofSeconds(5)), process("b", Duration.ZERO)),
            List.of(new Constraint(List.of("a", "b"))),
            Optional.empty(),
            1,
            0,
            Duration.ofSeconds(30));
    RunnerHeader header =
        new RunnerHeader(
            "t",
            START,
            Path.of("/s"),
            "h",
            "root",
            Map.of(),
            Optional.empty(),
            OptionalInt.empty());
    TaskProgress progress = TaskProgress.of(task, new RunLimit(100));
    return new TaskDriver(
        new TaskMachine(progress, header, new RunnerIdentity(1, 0)), journal, hands);
  }

  private void write(Optional<StopOrder> order, List<?> records, Moment now) {
    order.ifPresent(it -> happened.add(it.toString()));
    for (Object record : records) {
      happened.add(
          record instanceof ProcessStatus status
              ? status.process() + " " + status.state()
              : record.getClass().getSimpleName());
    }
    happened.add("sync");
  }

  private static Moment at(long seconds) {
    return new Moment(START.plusSeconds(seconds), Duration.ofSeconds(seconds));
  }

  private static Recorded run(long seq, String process, ProcessState state) {
    return new Recorded(
        switch (state) {
          case FORKED -> ProcessStatus.forked(seq, process, 7, START);
          case RUNNING -> ProcessStatus.running(seq, process, 8, START);
          case SUCCESS, FAILED, KILLED -> ProcessStatus.ended(seq, process, state, START, 0);
          case WAITING, LOST -> throw new IllegalArgumentException("coordinators never write it");
        });
  }

  @Test
  void makesRecordsDurableBeforeItActsOnThem() throws Exception {
    TaskDriver driver = driver(this::write, hands);

    driver.start(Optional.empty(), at(0));

    assertThat(happened)
        .containsExactly(
            "TaskStatus", "RunnerHeader", "a WAITING", "sync", "CreateTaskFile", "Launch");
  }

  /** A disk that takes nothing while it is full. */
  private Journal disk() {
    return (order, records, now) -> {
      if (full) {
        throw new IOException("No space left on device");
      }
      write(order, records, now);
    };
  }

  @Test
  void beginsNothingWhileTheRecordsCannotBeWrittenAndAllOfItAfterwards() throws Exception {
    full = true;
    TaskDriver driver = driver(disk(), hands);

    driver.start(Optional.empty(), at(0));
    assertThat(happened).containsExactly("Report", "wake PT0.1S");
    happened.clear();
    driver.handle(List.of(new TaskEvent.TimerFired()), at(1));
    assertThat(happened).as("it is said once").containsExactly("wake PT1.2S");
    happened.clear();
    full = false;
    driver.handle(List.of(new TaskEvent.TimerFired()), at(2));

    assertThat(happened)
        .containsExactly(
            "TaskStatus",
            "RunnerHeader",
            "a WAITING",
            "sync",
            "Report",
            "CreateTaskFile",
            "Launch");
  }

  @Test
  void learnsOfProcessesWhileTheRecordsCannotBeWrittenAndLosesNothing() throws Exception {
    TaskDriver driver = driver(disk(), hands);
    driver.start(Optional.empty(), at(0));
    full = true;
    driver.handle(List.of(run(1, "a", ProcessState.FORKED)), at(1));
    driver.handle(List.of(run(2, "a", ProcessState.RUNNING)), at(2));
    driver.handle(List.of(run(3, "a", ProcessState.SUCCESS)), at(3));
    happened.clear();

    full = false;
    driver.handle(List.of(new TaskEvent.TimerFired()), at(9));

    assertThat(happened)
        .containsSubsequence(
            "a FORKED", "a RUNNING", "a SUCCESS", "b WAITING", "sync", "Report", "Launch");
  }

  @Test
  void endsATaskThatWasToldToEndThoughThatCannotBeWritten() throws Exception {
    TaskDriver driver = driver(disk(), hands);
    driver.start(Optional.empty(), at(0));
    driver.handle(
        List.of(run(1, "a", ProcessState.FORKED), run(2, "a", ProcessState.RUNNING)), at(1));
    full = true;
    happened.clear();

    driver.handle(
        List.of(new TaskEvent.StopRequested(TaskState.KILLED, Duration.ofSeconds(60))), at(2));
    assertThat(happened).containsExactly("Report", "Terminate", "wake PT2.1S");
    happened.clear();
    driver.handle(List.of(new TaskEvent.TimerFired()), at(62));
    assertThat(happened).startsWith("Kill");
    happened.clear();

    assertThatThrownBy(
            () ->
                driver.handle(
                    List.of(run(3, "a", ProcessState.KILLED), new CoordinatorGone("a")), at(62)))
        .hasMessage(
            "the task was told to end and nothing of it is alive, but that cannot be recorded: No"
                + " space left on device");
    assertThat(happened).as("nobody is told that it is over").isEmpty();
  }

  @Test
  void makesTheOrderToEndDurableFirstOfAll() throws Exception {
    TaskDriver driver = driver(this::write, hands);
    driver.start(Optional.empty(), at(0));
    happened.clear();

    driver.handle(
        List.of(new TaskEvent.StopRequested(TaskState.KILLED, Duration.ofSeconds(60))), at(2));
    assertThat(happened)
        .startsWith("StopOrder[outcome=KILLED, deadline=PT1M2S]", "TaskStatus", "sync");
    happened.clear();

    driver.handle(
        List.of(new TaskEvent.StopRequested(TaskState.KILLED, Duration.ofSeconds(60))), at(3));
    assertThat(happened).as("asking again gives no more time").isEmpty();
  }

  @Test
  void beginsNothingOfATaskThatItTakesOverOnlyToEndIt() throws Exception {
    TaskDriver driver = driver(this::write, hands);

    driver.start(Optional.of(new StopOrder(TaskState.KILLED, Duration.ofSeconds(60))), at(0));

    assertThat(happened).doesNotContain("Launch").endsWith("FinishTaskFile", "Exit");
  }

  @Test
  void sharesOneSyncBetweenTheEndOfOneProcessAndTheStartOfTheNext() throws Exception {
    TaskDriver driver = driver(this::write, hands);
    driver.start(Optional.empty(), at(0));
    driver.handle(
        List.of(run(1, "a", ProcessState.FORKED), run(2, "a", ProcessState.RUNNING)), at(1));
    happened.clear();

    driver.handle(List.of(run(3, "a", ProcessState.SUCCESS)), at(2));

    assertThat(happened).containsExactly("a SUCCESS", "b WAITING", "sync", "Launch");
  }

  @Test
  void waitsMinDurationFromTheEndOfAFailedRunAndForItsCoordinator() throws Exception {
    TaskDriver driver = driver(this::write, hands);
    driver.start(Optional.empty(), at(0));
    driver.handle(
        List.of(
            run(1, "a", ProcessState.FORKED),
            run(2, "a", ProcessState.RUNNING),
            run(3, "a", ProcessState.FAILED)),
        at(2));
    assertThat(happened).endsWith("wake PT7S");
    happened.clear();

    driver.handle(List.of(new TaskEvent.TimerFired()), at(7));
    assertThat(happened).as("its coordinator still has the stream").isEmpty();

    driver.handle(List.of(new CoordinatorGone("a")), at(8));
    assertThat(happened).containsExactly("a WAITING", "sync", "Launch");
  }

  @Test
  void ignoresARecordThatComesTwice() throws Exception {
    TaskDriver driver = driver(this::write, hands);
    driver.start(Optional.empty(), at(0));
    driver.handle(List.of(run(1, "a", ProcessState.FORKED)), at(1));
    happened.clear();

    driver.handle(List.of(run(1, "a", ProcessState.FORKED)), at(1));

    assertThat(happened).isEmpty();
  }

  @Test
  void killsWhatOutlivesItsBudgetAndSaysSoOnlyThen() throws Exception {
    TaskDriver driver = driver(this::write, hands);
    driver.start(Optional.empty(), at(0));
    driver.handle(
        List.of(run(1, "a", ProcessState.FORKED), run(2, "a", ProcessState.RUNNING)), at(1));
    happened.clear();

    driver.handle(
        List.of(new TaskEvent.StopRequested(TaskState.KILLED, Duration.ofSeconds(60))), at(2));
    assertThat(happened)
        .containsExactly(
            "StopOrder[outcome=KILLED, deadline=PT1M2S]",
            "TaskStatus",
            "sync",
            "Terminate",
            "wake PT1M2S");
    happened.clear();

    driver.handle(List.of(new TaskEvent.TimerFired()), at(62));
    assertThat(happened).containsExactly("Kill", "wake PT1M3S");
    happened.clear();

    driver.handle(List.of(run(3, "a", ProcessState.KILLED), new CoordinatorGone("a")), at(62));
    assertThat(happened)
        .containsExactly("a KILLED", "TaskStatus", "sync", "FinishTaskFile", "Exit", "wake never");
  }

  @Test
  void waitsForNoLaunchThatHasBeenDropped() throws Exception {
    TaskDriver driver = driver(this::write, hands);
    driver.start(Optional.empty(), at(0));
    driver.handle(List.of(new TaskEvent.LaunchDeferred("a")), at(1));
    driver.handle(
        List.of(new TaskEvent.StopRequested(TaskState.KILLED, Duration.ofSeconds(60))), at(1));
    happened.clear();

    driver.handle(List.of(new TaskEvent.TimerFired()), at(2));

    assertThat(happened)
        .as("nothing is alive, so nothing is waited for")
        .containsExactly("TaskStatus", "TaskStatus", "sync", "FinishTaskFile", "Exit");
  }
}
