package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskState;
import org.thermos.executor.ExecutorEffect.Report;
import org.thermos.executor.ExecutorEvent.Faulted;
import org.thermos.executor.ExecutorEvent.KillRequested;
import org.thermos.executor.ExecutorEvent.KillingUpdates;
import org.thermos.executor.ExecutorEvent.LaunchRefused;
import org.thermos.executor.ExecutorEvent.LaunchRequested;
import org.thermos.executor.ExecutorEvent.Registered;
import org.thermos.executor.SupervisionEffect.ForceKill;
import org.thermos.executor.SupervisionEffect.Prepare;
import org.thermos.executor.SupervisionEffect.SignalRunner;
import org.thermos.executor.SupervisionEffect.StartRunner;
import org.thermos.executor.SupervisionEvent.CheckerReported;
import org.thermos.executor.SupervisionEvent.Forced;
import org.thermos.executor.SupervisionEvent.NotPrepared;
import org.thermos.executor.SupervisionEvent.RunnerNotStarted;
import org.thermos.process.Signal;

/** What an executor decides, without a process or a socket. */
class ExecutorMachineTest {
  private final MachineBench bench = new MachineBench();

  @Test
  void tellsTheLifeOfATask() {
    bench.run();
    bench.ended(ProcessState.SUCCESS, 0);
    bench.recorded(TaskState.SUCCESS);
    bench.exited(0);

    assertThat(bench.updates())
        .containsExactly("STARTING", "RUNNING well", "FINISHED Task finished.");
    assertThat(bench.exit()).contains(ExecutorExit.DONE);
    assertThat(bench.wakeAt).isEmpty();
  }

  @Test
  void saysRunningEvenIfTheTaskEndsAtOnce() {
    bench.launch();
    bench.prepared();
    bench.recorded(TaskState.ACTIVE);
    bench.handle(MachineBench.healthy());
    bench.recorded(ProcessStatus.running(2, "p", 7, Instant.EPOCH), 0);
    bench.recorded(TaskState.SUCCESS);
    bench.exited(0);

    assertThat(bench.updates())
        .containsExactly("STARTING", "RUNNING well", "FINISHED Task finished.");
  }

  @Test
  void isNotRunningBeforeAProcessIs() {
    bench.launch();
    bench.prepared();
    bench.recorded(TaskState.ACTIVE);
    bench.handle(MachineBench.healthy());
    bench.recorded(ProcessStatus.waiting(0, "p"), 0);

    assertThat(bench.updates()).containsExactly("STARTING");
  }

  @Test
  void isNotRunningBeforeACheckerFindsItWell() {
    bench.launch();
    bench.handle(new SupervisionEvent.Prepared(Tasks.preparedForHttp()));
    bench.recorded(TaskState.ACTIVE);
    bench.recorded(ProcessStatus.running(2, "p", 7, Instant.EPOCH), 0);
    assertThat(bench.updates()).containsExactly("STARTING");

    bench.handle(MachineBench.healthy());
    assertThat(bench.updates()).containsExactly("STARTING", "RUNNING well");
  }

  @Test
  void isNotCheckedWhileNothingOfItRuns() {
    bench.launch();
    bench.handle(new SupervisionEvent.Prepared(Tasks.preparedForHttp()));
    bench.recorded(TaskState.ACTIVE);
    bench.recorded(ProcessStatus.waiting(0, "p"), 0);
    assertThat(bench.all(SupervisionEffect.StartCheckers.class)).isEmpty();

    bench.recorded(ProcessStatus.running(2, "p", 7, Instant.EPOCH), 0);
    bench.recorded(ProcessStatus.running(2, "q", 8, Instant.EPOCH), 0);
    assertThat(bench.all(SupervisionEffect.StartCheckers.class)).hasSize(1);
  }

  @Test
  void anUnhealthyTaskIsStoppedAndFails() {
    bench.run();
    bench.handle(
        new CheckerReported(Checker.HEALTH, StatusResult.failed("Failed health check! ill")));
    bench.recorded(TaskState.KILLED);
    bench.exited(0);

    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));
    assertThat(bench.lastUpdate()).isEqualTo("FAILED Failed health check! ill");
  }

  @Test
  void dataThatCannotBeDecodedFailsWithoutStarting() {
    bench.handle(new LaunchRefused(Tasks.ID, "Could not deserialize task. Why."));

    assertThat(bench.updates()).containsExactly("FAILED Could not deserialize task. Why.");
    assertThat(bench.exit()).contains(ExecutorExit.DONE);
  }

  @Test
  void aSecondTaskIsLostFromTheFirstOnwards() {
    bench.launch();
    bench.handle(new LaunchRequested(Tasks.launch("task-2"))); // gaps 9.3 #31
    bench.handle(new LaunchRefused("task-3", "unreadable"));

    assertThat(bench.updates("task-2"))
        .containsExactly("LOST Task already running on this executor: task-1");
    assertThat(bench.updates("task-3"))
        .containsExactly("LOST Task already running on this executor: task-1");
    assertThat(bench.updates()).containsExactly("STARTING");
    assertThat(bench.all(Prepare.class)).hasSize(1);
  }

  @Test
  void theSameTaskAgainChangesNothing() {
    bench.run();
    bench.launch();

    assertThat(bench.updates()).containsExactly("STARTING", "RUNNING well");
    assertThat(bench.all(Prepare.class)).hasSize(1);
  }

  @Test
  void aFailedPreparationFailsTheTask() {
    bench.launch();
    bench.handle(new NotPrepared(StatusResult.failed("Failed to initialize sandbox: no space")));

    assertThat(bench.updates())
        .containsExactly("STARTING", "FAILED Failed to initialize sandbox: no space");
    assertThat(bench.exit()).contains(ExecutorExit.DONE);
  }

  @Test
  void aSandboxMayTakeTenMinutes() {
    bench.launch();
    Duration launched = bench.now;
    bench.sleep();

    assertThat(bench.now.minus(launched)).isEqualTo(Duration.ofMinutes(10));
    assertThat(bench.lastUpdate()).isEqualTo("FAILED Timed out waiting for sandbox to initialize!");
  }

  @Test
  void aKillBeforeTheRunnerKeepsItFromStarting() {
    bench.launch();
    bench.kill();
    bench.prepared();

    assertThat(bench.updates())
        .containsExactly("STARTING", "KILLED Task killed during initialization.");
    assertThat(bench.all(StartRunner.class)).isEmpty(); // gaps 9.3 #30
  }

  @Test
  void waitsTenSecondsForATask() {
    Duration started = bench.now;
    bench.sleep();

    assertThat(bench.now.minus(started)).isEqualTo(Duration.ofSeconds(10));
    assertThat(bench.effects)
        .containsExactly(
            new Report("Executor timing out."),
            new ExecutorEffect.StopDriver(ExecutorExit.NO_TASK));
  }

  @Test
  void aShutdownBeforeATaskStopsTheDriver() {
    bench.shutdown(); // gaps 9.3 #37

    assertThat(bench.effects).containsExactly(new ExecutorEffect.StopDriver(ExecutorExit.DONE));
  }

  @Test
  void killsOnlyItsOwnTask() {
    bench.handle(new KillRequested("other", Optional.empty()));
    bench.run();
    bench.handle(new KillRequested("another", Optional.empty()));

    assertThat(bench.all(Report.class))
        .containsExactly(
            new Report("Was asked to kill task but no task running!"),
            new Report("Asked to kill a task other than what we are running!"));
    assertThat(bench.all(SignalRunner.class)).isEmpty();
  }

  @Test
  void aKillAsksTheRunner() {
    bench.run();
    bench.kill();
    bench.recorded(TaskState.KILLED);
    bench.exited(0);

    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));
    assertThat(bench.updates())
        .containsExactly("STARTING", "RUNNING well", "KILLED Instructed to kill task.");
  }

  @Test
  void saysKillingToThoseWhoUnderstandIt() {
    bench.handle(new Registered(KillingUpdates.WANTED));
    bench.run();
    bench.kill();
    bench.kill();
    bench.recorded(TaskState.KILLED);
    bench.exited(0);

    assertThat(bench.updates())
        .containsExactly(
            "STARTING",
            "RUNNING well",
            "KILLING Instructed to kill task.",
            "KILLED Instructed to kill task.");
  }

  @Test
  void aTaskThatWasFasterThanItsKillIsFinished() {
    bench.run();
    bench.kill();
    bench.recorded(TaskState.SUCCESS);
    bench.exited(0);

    assertThat(bench.lastUpdate()).isEqualTo("FINISHED Task finished.");
  }

  @Test
  void aKillWaitsForTheRunnerToBeAbleToHearIt() {
    bench.launch();
    bench.prepared();
    bench.kill();
    assertThat(bench.all(SignalRunner.class)).isEmpty();

    bench.recorded(TaskState.ACTIVE);
    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));
  }

  @Test
  void aKillEscalatesWithinTheStopTimeout() {
    bench.run();
    bench.kill();
    Duration asked = bench.now;

    bench.sleep();
    assertThat(bench.now.minus(asked)).isEqualTo(Duration.ofSeconds(110));
    assertThat(bench.all(SignalRunner.class))
        .containsExactly(new SignalRunner(Signal.USER_1), new SignalRunner(Signal.USER_2));

    bench.sleep();
    assertThat(bench.now.minus(asked)).isEqualTo(Duration.ofMinutes(2));
    assertThat(bench.all(ForceKill.class)).hasSize(1);

    bench.handle(new Forced(List.of()));
    assertThat(bench.lastUpdate())
        .isEqualTo(
            "KILLED Instructed to kill task. It did not end in time. All its processes were killed.");
  }

  @Test
  void aKillPolicyShortensTheWait() {
    bench.run();
    bench.kill();
    Duration asked = bench.now;
    bench.kill(Duration.ofSeconds(3));
    bench.sleep();

    assertThat(bench.now.minus(asked)).isEqualTo(Duration.ofSeconds(3));
    assertThat(bench.all(SignalRunner.class))
        .containsExactly(new SignalRunner(Signal.USER_1), new SignalRunner(Signal.USER_2));
  }

  @Test
  void theTasksOwnKillPolicyCountsUnlessTheKillHasOne() {
    Optional<Duration> grace = Optional.of(Duration.ofSeconds(7));
    bench.handle(new LaunchRequested(Tasks.launch(Tasks.ID, Tasks.assignment(), grace)));
    bench.prepared();
    bench.recorded(TaskState.ACTIVE);
    bench.kill();
    Duration asked = bench.now;
    bench.sleep();

    assertThat(bench.now.minus(asked)).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void whatSurvivesEverythingIsNamed() {
    bench.run();
    bench.kill();
    bench.sleep();
    bench.sleep();
    bench.handle(new Forced(List.of(41)));

    assertThat(bench.lastUpdate())
        .isEqualTo(
            "LOST Instructed to kill task. It did not end in time. These of its processes could"
                + " not be killed: [41].");
  }

  @Test
  void aShutdownIsOverBeforeTheAgentsPatience() {
    bench.run();
    bench.shutdown();
    Duration asked = bench.now;
    assertThat(bench.all(SignalRunner.class)).containsExactly(new SignalRunner(Signal.USER_1));

    bench.sleep();
    assertThat(bench.now.minus(asked)).isEqualTo(MachineBench.GRACE.dividedBy(2));
    assertThat(bench.all(SignalRunner.class)).contains(new SignalRunner(Signal.USER_2));

    bench.recorded(TaskState.LOST);
    bench.exited(0);
    assertThat(bench.lastUpdate()).isEqualTo("KILLED Told to shut down executor.");
  }

  @Test
  void aShutdownThatNobodyObeysIsForced() {
    bench.run();
    bench.shutdown();
    Duration asked = bench.now;
    bench.sleep();
    bench.sleep();

    assertThat(bench.now.minus(asked)).isLessThan(MachineBench.GRACE);
    assertThat(bench.all(ForceKill.class)).hasSize(1);
  }

  @Test
  void aKilledRunnerIsStartedAgain() {
    bench.run();
    bench.killed(9);
    assertThat(bench.all(StartRunner.class)).hasSize(2); // gaps 9.3 #28

    bench.recorded(TaskState.ACTIVE);
    bench.recorded(TaskState.SUCCESS);
    bench.exited(0);
    assertThat(bench.updates())
        .containsExactly("STARTING", "RUNNING well", "FINISHED Task finished.");
  }

  @Test
  void aRunnerThatRunsOutOfMemoryIsStartedAgain() {
    bench.run();
    bench.exited(3);
    assertThat(bench.all(StartRunner.class)).hasSize(2);
  }

  @Test
  void aRunnerThatDiesTooOftenCostsTheTask() {
    bench.run();
    for (int i = 0; i < 4; i++) {
      bench.recorded(TaskState.ACTIVE);
      bench.killed(9);
    }
    assertThat(bench.all(StartRunner.class))
        .extracting(StartRunner::stop)
        .as("the fifth only kills")
        .containsExactly(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(TaskState.LOST));
    assertThat(bench.all(SignalRunner.class)).isEmpty();

    bench.recorded(TaskState.LOST);
    bench.exited(0);
    assertThat(bench.lastUpdate())
        .isEqualTo(
            "LOST Runner died 4 times within a minute, at last it was killed by signal 9. All its"
                + " processes were killed.");
  }

  @Test
  void deathsFarApartAreForgiven() {
    bench.run();
    for (int i = 0; i < 10; i++) {
      bench.recorded(TaskState.ACTIVE);
      bench.killed(9);
      bench.now = bench.now.plusSeconds(21);
    }

    assertThat(bench.all(StartRunner.class)).hasSize(11);
    assertThat(bench.updates()).containsExactly("STARTING", "RUNNING well");
  }

  @Test
  void aSweepThatFailsIsForced() {
    bench.run();
    bench.kill();
    for (int i = 0; i < 4; i++) {
      bench.killed(9);
    }
    assertThat(bench.all(StartRunner.class)).hasSize(5);
    bench.killed(9);
    assertThat(bench.all(ForceKill.class)).hasSize(1);
    bench.handle(new Forced(List.of()));

    assertThat(bench.lastUpdate())
        .isEqualTo(
            "LOST Instructed to kill task. The runner was killed by signal 9. All its processes"
                + " were killed.");
  }

  @Test
  void aRunnerThatIsKilledWhileItKillsIsFollowedByOneThatGoesOnWithThat() {
    bench.run();
    bench.kill();
    bench.killed(9);
    assertThat(bench.all(StartRunner.class))
        .extracting(StartRunner::stop)
        .containsExactly(Optional.empty(), Optional.of(TaskState.KILLED));

    bench.recorded(TaskState.CLEANING);
    bench.recorded(TaskState.KILLED);
    bench.exited(0);
    assertThat(bench.all(SignalRunner.class))
        .as("the second one knows")
        .containsExactly(new SignalRunner(Signal.USER_1));
    assertThat(bench.lastUpdate()).isEqualTo("KILLED Instructed to kill task.");
  }

  @Test
  void anInvalidTaskFailsWithItsCause() {
    bench.launch();
    bench.prepared();
    bench.exited(102, "Process p has no cmdline.");

    assertThat(bench.lastUpdate())
        .isEqualTo(
            "FAILED Task initialization failed: Task failed: Thermos received an invalid task."
                + " Process p has no cmdline.");
  }

  @Test
  void aRunnerThatLeavesItsTaskBehindIsSweptUp() {
    bench.run();
    bench.exited(101, "bug");
    bench.recorded(TaskState.ACTIVE);
    bench.recorded(TaskState.LOST);
    bench.exited(0);

    assertThat(bench.lastUpdate())
        .isEqualTo("LOST Thermos failed with internal error. bug All its processes were killed.");
  }

  @Test
  void aRunnerThatCannotBeExecutedFailsTheTask() {
    bench.launch();
    bench.prepared();
    bench.handle(new RunnerNotStarted("no such file"));

    assertThat(bench.lastUpdate())
        .isEqualTo("FAILED Unknown exception starting runner: no such file");
  }

  @Test
  void aRunnerMayTakeAMinuteToTakeControl() {
    bench.launch();
    bench.prepared();
    bench.sleep();
    assertThat(bench.all(ForceKill.class)).hasSize(1);
    bench.handle(new Forced(List.of()));

    assertThat(bench.lastUpdate())
        .isEqualTo("FAILED Task initialization failed: Task did not start within deadline.");
  }

  @Test
  void aFaultEndsTheTaskWithItsCause() {
    bench.run();
    bench.handle(new Faulted("health: no memory"));
    bench.recorded(TaskState.KILLED);
    bench.exited(0);

    assertThat(bench.lastUpdate()).isEqualTo("FAILED Internal error: health: no memory");
    assertThat(bench.exit()).contains(ExecutorExit.INTERNAL_ERROR); // gaps 9.3 #33
  }

  @Test
  void theDriverMayNeedAMomentToDeliver() {
    MachineBench slow = new MachineBench(Relay.TASK, Duration.ofSeconds(5));
    slow.run();
    slow.recorded(TaskState.SUCCESS);
    slow.exited(0);
    assertThat(slow.exit()).isEmpty();

    slow.sleep();
    assertThat(slow.exit()).contains(ExecutorExit.DONE);
  }

  @Test
  void relaysProcessesOnceTheTaskRuns() {
    MachineBench relaying = new MachineBench(Relay.PROCESS, Duration.ZERO);
    relaying.run();
    relaying.ended(ProcessState.FAILED, 3);
    relaying.recorded(TaskState.FAILED);
    relaying.exited(0);
    relaying.ended(ProcessState.FAILED, 3);

    assertThat(relaying.updates())
        .containsExactly(
            "STARTING",
            "RUNNING well",
            "RUNNING process p run 0 is WAITING",
            "RUNNING process p run 0 is FORKED (coordinator pid 99)",
            "RUNNING process p run 0 is RUNNING (pid 100)",
            "RUNNING process p run 0 is FAILED (exit code 3)",
            "FAILED Task failed. Process p failed with exit code 3.");
  }

  @Test
  void relaysProcessesOfATaskThatNeverRan() {
    MachineBench relaying = new MachineBench(Relay.PROCESS, Duration.ZERO);
    relaying.launch();
    relaying.prepared();
    relaying.recorded(TaskState.ACTIVE);
    relaying.recorded(ProcessStatus.waiting(0, "p"), 0);
    relaying.recorded(ProcessStatus.notForked(1, "p"), 0);
    relaying.recorded(TaskState.FAILED);
    relaying.exited(0, "Unable to execute /bin/bash");

    assertThat(relaying.updates())
        .containsExactly(
            "STARTING",
            "STARTING process p run 0 is WAITING",
            "STARTING process p run 0 is FAILED",
            "FAILED Task failed. Unable to execute /bin/bash");
  }
}
