package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.executor.ExecutorEffect.BeginTask;
import org.thermos.executor.ExecutorEffect.Company;
import org.thermos.executor.ExecutorEvent.GroupRequested;
import org.thermos.executor.ExecutorEvent.KillRequested;
import org.thermos.executor.ExecutorEvent.LaunchRefused;
import org.thermos.executor.ExecutorEvent.LaunchRequested;
import org.thermos.executor.SupervisionEffect.SignalRunner;
import org.thermos.executor.SupervisionEvent.CheckersStopped;
import org.thermos.executor.SupervisionEvent.NotPrepared;
import org.thermos.executor.SupervisionEvent.Prepared;
import org.thermos.executor.SupervisionEvent.Recorded;
import org.thermos.executor.SupervisionEvent.RunnerExit;
import org.thermos.executor.SupervisionEvent.RunnerExited;
import org.thermos.process.ExitStatus;
import org.thermos.process.Signal;

/** What an executor decides that serves more than one task, or a group. */
class ManyTasksTest {
  private static final String KILLED = "KILLED Instructed to kill task.";

  private MachineBench bench = new MachineBench(Relay.TASK, 2, Duration.ZERO);

  @Test
  void servesSoManyTasksAtATimeAndNoMore() {
    run("a");
    run("b");
    launch("c");
    end("a", TaskState.SUCCESS);
    run("d");

    assertThat(bench.updates("c"))
        .containsExactly("LOST This executor runs 2 tasks already, of at most 2: see --max-tasks.");
    assertThat(bench.updates("a"))
        .containsExactly("STARTING", "RUNNING well", "FINISHED Task finished.");
    assertThat(bench.updates("b")).containsExactly("STARTING", "RUNNING well");
    assertThat(bench.updates("d")).containsExactly("STARTING", "RUNNING well");
    assertThat(bench.all(BeginTask.class))
        .extracting(BeginTask::company)
        .containsOnly(Company.AMONG_OTHERS);
  }

  @Test
  void aTaskThatLivesOnIsNotLaunchedAgainHoweverManyCameAfterIt() {
    run("a");
    for (int i = 0; i <= RecentNames.MOST; i++) {
      bench.handle(new LaunchRefused("bad-" + i, "no"));
    }
    launch("a");

    assertThat(bench.updates("a")).containsExactly("STARTING", "RUNNING well");
  }

  @Test
  void waitsForMoreWhenAllAreOver() {
    run("a");
    end("a", TaskState.SUCCESS);
    Duration over = bench.now;
    assertThat(bench.exit()).isEmpty();

    bench.sleep();
    assertThat(bench.now.minus(over)).isEqualTo(ExecutorMachine.LAUNCH_LIMIT);
    assertThat(bench.exit()).contains(ExecutorExit.DONE);
  }

  @Test
  void aKillIsForOneTask() {
    run("a");
    run("b");
    bench.handle(new KillRequested("b", Optional.empty()));
    bench.handle("b", new CheckersStopped());
    end("b", TaskState.KILLED);

    assertThat(bench.updates("a")).containsExactly("STARTING", "RUNNING well");
    assertThat(bench.updates("b")).containsExactly("STARTING", "RUNNING well", KILLED);
  }

  @Test
  void aShutdownEndsAllOfThem() {
    run("a");
    run("b");
    bench.shutdown();
    for (String task : List.of("a", "b")) {
      bench.handle(task, new CheckersStopped());
      end(task, TaskState.KILLED);
    }

    assertThat(Stream.of("a", "b").map(this::last))
        .containsOnly("KILLED Told to shut down executor.");
    assertThat(bench.exit()).contains(ExecutorExit.DONE);
  }

  @Test
  void aGroupSharesItsFate() {
    group("a", "b", "c");
    List.of("a", "b", "c").forEach(this::up);
    end("a", TaskState.SUCCESS);
    assertThat(bench.updates("b")).containsExactly("STARTING", "RUNNING well");

    end("b", TaskState.FAILED);
    bench.handle("c", new CheckersStopped());
    end("c", TaskState.KILLED);

    assertThat(last("a")).isEqualTo("FINISHED Task finished.");
    assertThat(last("b")).isEqualTo("FAILED Task failed.");
    assertThat(last("c")).isEqualTo("KILLED Task b of the same group is FAILED.");
  }

  @Test
  void anExecutorForOneTaskTakesAGroup() {
    bench = new MachineBench();
    group("a", "b");
    launch("c");
    List.of("a", "b").forEach(this::up);
    end("a", TaskState.SUCCESS);
    assertThat(bench.exit()).isEmpty();
    end("b", TaskState.SUCCESS);

    assertThat(bench.updates("c")).containsExactly("LOST Task already running on this executor: a");
    assertThat(bench.exit()).contains(ExecutorExit.DONE);
  }

  @Test
  void noTaskOfAGroupStartsWhenOneCannot() {
    bench.handle(
        new GroupRequested(
            List.of(
                new LaunchRequested(Tasks.launch("a")),
                new LaunchRefused("b", "unreadable"),
                new LaunchRequested(Tasks.launch("c")))));

    assertThat(bench.updates("b")).containsExactly("FAILED unreadable");
    assertThat(bench.updates("a"))
        .containsExactly("STARTING", "KILLED Task killed during initialization.");
    assertThat(bench.updates("c")).containsExactly("KILLED Task b of the same group is FAILED.");
  }

  @Test
  void aFailedPreparationEndsTheGroup() {
    group("a", "b");
    up("a");
    bench.handle("b", new NotPrepared(StatusResult.failed("no room")));
    bench.handle("a", new CheckersStopped());

    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));
  }

  @Test
  void aTaskThatWasKilledBeforeItCameDoesNotRun() {
    bench.handle(new KillRequested("a", Optional.empty()));
    launch("a");

    assertThat(bench.updates("a")).containsExactly("KILLED Task killed before it was launched.");
    assertThat(bench.all(BeginTask.class)).isEmpty();
  }

  private void group(String... tasks) {
    bench.handle(
        new GroupRequested(
            Stream.of(tasks)
                .<ExecutorEvent>map(task -> new LaunchRequested(Tasks.launch(task)))
                .toList()));
  }

  private void launch(String task) {
    bench.handle(new LaunchRequested(Tasks.launch(task)));
  }

  private void run(String task) {
    launch(task);
    up(task);
  }

  private void up(String task) {
    bench.handle(task, new Prepared(Tasks.prepared()));
    bench.handle(task, MachineBench.healthy());
    bench.handle(task, new Recorded(ProcessStatus.running(2, "p", 7, Instant.EPOCH), 0));
  }

  private void end(String task, TaskState state) {
    bench.handle(task, new Recorded(new TaskStatus(state, Instant.EPOCH, 1, 0), 0));
    bench.handle(task, new RunnerExited(new RunnerExit(new ExitStatus(0), Optional.empty())));
  }

  private String last(String task) {
    List<String> updates = bench.updates(task);
    return updates.get(updates.size() - 1);
  }
}
