package org.thermos.chaos;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.thermos.agent.EmbeddedAgent;
import org.thermos.agent.LaunchedExecutor;
import org.thermos.checkpoint.TaskPaths;

/** One task on its way through the agent. Thread-safe but for {@link #run}. */
final class Trial {
  /** How often an executor starts a runner again within a minute. */
  static final int TOLERATED_RUNNER_DEATHS = 3;

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration KILL_REPETITION = Duration.ofSeconds(4);
  private static final Duration EXECUTOR_PATIENCE = Duration.ofSeconds(40);

  private final ChaosTask task;
  private final Ledger ledger;
  private final EmbeddedAgent agent;
  private final String executorCommand;
  private final int runnerDeathsAllowed;
  private final BlockingQueue<TaskStatus> inbox = new LinkedBlockingQueue<>();
  private final List<TaskStatus> updates = new CopyOnWriteArrayList<>();
  private final List<Blow> blows = new CopyOnWriteArrayList<>();
  private volatile Optional<LaunchedExecutor> launched = Optional.empty();
  private volatile boolean killAsked;
  private volatile boolean over;

  Trial(
      ChaosTask task,
      Ledger ledger,
      EmbeddedAgent agent,
      String executorCommand,
      int runnerDeathsAllowed) {
    this.task = task;
    this.ledger = ledger;
    this.agent = agent;
    this.executorCommand = executorCommand;
    this.runnerDeathsAllowed = runnerDeathsAllowed;
  }

  ChaosTask task() {
    return task;
  }

  Ledger ledger() {
    return ledger;
  }

  List<TaskStatus> updates() {
    return List.copyOf(updates);
  }

  List<Blow> blows() {
    return List.copyOf(blows);
  }

  boolean wasKillAsked() {
    return killAsked;
  }

  /** The executor's directory. */
  Path directory() {
    return launched.orElseThrow().sandbox();
  }

  Remains remains() {
    return new Remains(directory(), ledger.directory());
  }

  TaskPaths paths() {
    return TaskPaths.of(directory().resolve("checkpoints"), task.id());
  }

  ExecutorID executor() {
    return ExecutorID.newBuilder().setValue("thermos-" + task.id()).build();
  }

  /** Whether there is something to disturb. */
  boolean isOpen() {
    return isLaunched() && !over;
  }

  boolean isLaunched() {
    return launched.isPresent();
  }

  /** Whether one more death of its runner is within what this task is to suffer. */
  boolean mayLoseRunner() {
    return deaths() < runnerDeathsAllowed;
  }

  long deaths() {
    return blows.stream().filter(blow -> blow.kind().killsRunner()).count();
  }

  boolean suffered(Blow.Kind kind) {
    return blows.stream().anyMatch(blow -> blow.kind() == kind);
  }

  void note(Blow blow) {
    blows.add(blow);
  }

  void updated(TaskStatus status) {
    inbox.add(status);
  }

  void kill() {
    killAsked = true;
    agent.kill(TaskID.newBuilder().setValue(task.id()).build());
  }

  /**
   * Lives the task from launch to the end of its executor.
   *
   * @return what was found wrong on the way
   */
  List<String> run() throws IOException, InterruptedException {
    List<String> wrong = new ArrayList<>();
    ledger.create();
    launch();
    boolean ended = followToTheEnd();
    over = true;
    if (!ended) {
      wrong.add("not over after " + PATIENCE.toSeconds() + " s; alive: " + remains().all());
      agent.shutdown(executor());
    } else if (!suffered(Blow.Kind.EXECUTOR)) {
      remains()
          .besidesExecutorAfterAWhile()
          .forEach(it -> wrong.add("alive 1 s after the terminal update: " + it));
    }
    awaitExecutor(wrong);
    if (suffered(Blow.Kind.EXECUTOR)) {
      remains().tearDown();
    }
    remains().afterAWhile().forEach(it -> wrong.add("alive 1 s after the executor: " + it));
    remains().tearDown();
    updates.addAll(drained());
    return wrong;
  }

  private void launch() throws InterruptedException {
    ExecutorInfo info =
        ExecutorInfo.newBuilder()
            .setExecutorId(executor())
            .setCommand(CommandInfo.newBuilder().setValue(executorCommand))
            .build();
    TaskInfo taskInfo =
        TaskInfo.newBuilder()
            .setTaskId(TaskID.newBuilder().setValue(task.id()))
            .setName(task.id())
            .setSlaveId(SlaveID.newBuilder().setValue("to be replaced"))
            .setData(
                ByteString.copyFrom(task.json(ledger.script()).getBytes(StandardCharsets.UTF_8)))
            .build();
    while (launched.isEmpty()) {
      try {
        launched = Optional.of(agent.launch(info, taskInfo));
      } catch (IllegalStateException e) {
        TimeUnit.MILLISECONDS.sleep(50); // The agent is away.
      }
    }
  }

  private boolean followToTheEnd() throws InterruptedException {
    Instant begin = Instant.now();
    Instant deadline = begin.plus(PATIENCE);
    Optional<Instant> killAt = task.killAfter().map(begin::plus);
    while (Instant.now().isBefore(deadline)) {
      Instant now = Instant.now();
      if (killAt.isEmpty() && killAsked) {
        killAt = Optional.of(now.plus(KILL_REPETITION));
      }
      if (killAt.isPresent() && !killAt.get().isAfter(now)) {
        kill(); // Again and again: one that meets no agent or no executor is lost.
        killAt = Optional.of(now.plus(KILL_REPETITION));
      }
      TaskStatus status = inbox.poll(100, TimeUnit.MILLISECONDS);
      if (status != null) {
        updates.add(status);
        if (isTerminal(status)) {
          return true;
        }
      }
    }
    return false;
  }

  private void awaitExecutor(List<String> wrong) throws IOException, InterruptedException {
    try {
      launched.orElseThrow().exit().get(EXECUTOR_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      wrong.add("the executor does not end: " + remains().all());
    } catch (ExecutionException e) {
      wrong.add("the executor could not be started: " + e.getCause());
    }
  }

  private List<TaskStatus> drained() {
    List<TaskStatus> late = new ArrayList<>();
    inbox.drainTo(late);
    return late;
  }

  static boolean isTerminal(TaskStatus status) {
    TaskState state = status.getState();
    return state == TaskState.TASK_FINISHED
        || state == TaskState.TASK_FAILED
        || state == TaskState.TASK_KILLED
        || state == TaskState.TASK_LOST;
  }
}
