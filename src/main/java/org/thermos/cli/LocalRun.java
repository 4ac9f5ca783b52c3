package org.thermos.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.mesos.Protos.DurationInfo;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.TaskInfo;
import org.thermos.agent.AgentSettings;
import org.thermos.agent.EmbeddedAgent;
import org.thermos.agent.LaunchedExecutor;
import org.thermos.agent.Listener;
import org.thermos.agent.StatusUpdate;

/**
 * Runs one task on an embedded agent, from the start of the agent to the end of everything. All is
 * done on the thread that calls {@link #run}; the agent and the signals only put events into its
 * inbox.
 */
final class LocalRun implements Listener {
  private static final Logger LOG = LogManager.getLogger(LocalRun.class);

  private final BlockingQueue<RunEvent> inbox = new LinkedBlockingQueue<>();
  private final RunProgress progress = new RunProgress();
  private final AgentSettings settings;
  private final LocalTask task;
  private final RunView view;

  LocalRun(AgentSettings settings, LocalTask task, RunView view) {
    this.settings = settings;
    this.task = task;
    this.view = view;
  }

  /**
   * Returns when the task is over and its executor gone.
   *
   * @param stopSignals is handed what to do when the user wants the task to end
   * @return the exit code
   * @throws CommandException if the executor could not be started
   * @throws IOException if the agent cannot listen
   * @throws InterruptedException if this thread was interrupted; everything is killed then too
   */
  int run(ExecutorInfo executor, TaskInfo info, Consumer<Runnable> stopSignals)
      throws CommandException, IOException, InterruptedException {
    long begin = System.nanoTime();
    EmbeddedAgent agent = EmbeddedAgent.start(settings, this);
    // For the ends that do not come by this thread, such as a closed terminal.
    Thread closing = new Thread(agent::close, "closing");
    Runtime.getRuntime().addShutdownHook(closing);
    try {
      stopSignals.accept(() -> inbox.add(new RunEvent.StopAsked()));
      LaunchedExecutor launched = agent.launch(executor, info);
      RunPlaces places = new RunPlaces(settings.workDirectory(), launched.sandbox());
      view.started(task, places);
      followToTheEnd(agent, executor.getExecutorId(), info);
      return show(places, Duration.ofNanos(System.nanoTime() - begin));
    } finally {
      if (remove(closing)) {
        agent.close();
      }
    }
  }

  /** Whether it is gone; otherwise this JVM is ending, and it is being run. */
  private static boolean remove(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private void followToTheEnd(EmbeddedAgent agent, ExecutorID executor, TaskInfo info)
      throws InterruptedException {
    while (!progress.isOver()) {
      RunEvent event = next();
      LOG.debug("{}", event);
      if (event instanceof RunEvent.Updated updated) {
        view.updated(time(updated.status().getTimestamp()), updated.status());
      }
      RunProgress.Action action = progress.handle(event);
      if (action != RunProgress.Action.NOTHING) {
        view.stopping(progress.stops());
      }
      switch (action) {
        case NOTHING -> {}
        case KILL -> agent.kill(info.getTaskId());
        case FORCE -> {
          agent.kill(info.getTaskId(), atOnce());
          agent.shutdown(executor);
        }
      }
    }
  }

  private RunEvent next() throws InterruptedException {
    if (progress.patience().isEmpty()) {
      return inbox.take();
    }
    RunEvent event = inbox.poll(progress.patience().get().toMillis(), TimeUnit.MILLISECONDS);
    return event == null ? new RunEvent.TimedOut() : event;
  }

  private static KillPolicy atOnce() {
    return KillPolicy.newBuilder()
        .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(0))
        .build();
  }

  private int show(RunPlaces places, Duration took) throws CommandException {
    RunEnd end = progress.end();
    boolean failed = end.exitCode() != ExitCode.OK && progress.stops() == 0;
    List<FailedRun> failures = failed ? FailedRuns.find(places, task.taskId()) : List.of();
    List<String> executorLines =
        failed && failures.isEmpty()
            ? LogTail.read(places.executor(), places.executor().resolve("stderr"))
            : List.of();
    view.ended(end, took, places, failures, executorLines);
    if (end.exitCode() == ExitCode.UNAVAILABLE) {
      throw new CommandException(
          ExitCode.UNAVAILABLE,
          "cannot start the executor: "
              + end.message()
              + "; what it said is in "
              + places.executor().resolve("stderr"));
    }
    return end.exitCode();
  }

  private static Instant time(double secondsSinceEpoch) {
    return Instant.ofEpochMilli(Math.round(secondsSinceEpoch * 1000));
  }

  @Override
  public void updated(StatusUpdate update) {
    update.acknowledge();
    if (update.attempt() == 1) {
      inbox.add(new RunEvent.Updated(update.status()));
    }
  }

  @Override
  public void executorEnded(ExecutorID executor, int waitStatus) {
    LOG.info("Executor {} ended with wait status {}", executor.getValue(), waitStatus);
    inbox.add(new RunEvent.ExecutorEnded(waitStatus));
  }
}
