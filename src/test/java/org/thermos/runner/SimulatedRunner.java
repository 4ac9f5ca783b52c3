package org.thermos.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.checkpoint.CheckpointException;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.RunnerHeader;
import org.thermos.plan.InvalidScheduleException;
import org.thermos.plan.RunLimit;

/**
 * One life of the runner in a simulated world: from its start to its crash or to the task's end.
 */
final class SimulatedRunner implements Journal, Hands {
  private final SimulatedWorld world;
  private final int generation;
  private final Map<String, Integer> readOffsets = new HashMap<>();
  private final List<TaskEvent> inbox = new ArrayList<>();
  private int timer;
  private TaskDriver driver;

  SimulatedRunner(SimulatedWorld world, int generation) {
    this.world = world;
    this.generation = generation;
  }

  void start() {
    TaskProgress progress;
    try {
      progress = TaskProgress.of(world.scenario.task(), new RunLimit(100));
      for (CheckpointRecord record : world.runnerStream) {
        progress.replay(record, world.now());
      }
    } catch (CheckpointException | InvalidScheduleException e) {
      throw new AssertionError("the stream does not replay", e);
    }
    if (progress.state().isTerminal()) {
      world.runnerIsDone();
      return;
    }
    RunnerHeader header =
        new RunnerHeader(
            "simulated",
            world.now().wall(),
            Path.of("/sandbox"),
            "host",
            "root",
            Map.of(),
            Optional.of(Path.of("/sandbox/.logs")),
            OptionalInt.of(0));
    driver =
        new TaskDriver(
            new TaskMachine(progress, header, new RunnerIdentity(generation, 0)), this, this);
    attempt(() -> driver.start(world.stopOrder, world.now()));
  }

  void receive(TaskEvent event) {
    world.trace(event);
    inbox.add(event);
    if (inbox.size() == 1) {
      world.in(world.random.nextInt(500), () -> world.alive(this, this::pump));
    }
  }

  private void pump() {
    List<TaskEvent> events = List.copyOf(inbox);
    inbox.clear();
    attempt(() -> driver.handle(events, world.now()));
  }

  /** Turns what a coordinator has written since into events. */
  void readStream(String process) {
    List<ProcessStatus> stream = world.coordinatorStreams.getOrDefault(process, List.of());
    for (int i = readOffsets.getOrDefault(process, 0); i < stream.size(); i++) {
      receive(new TaskEvent.Recorded(stream.get(i)));
    }
    readOffsets.put(process, stream.size());
  }

  void coordinatorGone(String process) {
    readStream(process);
    receive(new TaskEvent.CoordinatorGone(process));
  }

  @Override
  public void persist(Optional<StopOrder> order, List<CheckpointRecord> records, Moment now) {
    world.crashPoint();
    if (order.isPresent()) {
      world.stopOrder = order;
      world.crashPoint();
    }
    for (CheckpointRecord record : records) {
      world.trace("runner writes " + record);
      world.invariants.checkRecord(record);
      world.runnerStream.add(record);
      world.crashPoint(); // A power cut keeps any beginning of the write.
    }
  }

  @Override
  public void perform(TaskEffect effect) {
    world.trace(effect);
    world.crashPoint();
    if (effect instanceof TaskEffect.Launch launch) {
      world.launch(launch);
    } else if (effect instanceof TaskEffect.Adopt adopt) {
      readStream(adopt.process());
      if (world.holderOf(adopt.process()).isEmpty()) {
        coordinatorGone(adopt.process());
      }
    } else if (effect instanceof TaskEffect.Terminate terminate) {
      world.terminate(terminate.process());
    } else if (effect instanceof TaskEffect.Kill kill) {
      world.kill(kill.process());
    } else if (effect instanceof TaskEffect.KillTree killTree) {
      world.killTree(killTree.process());
    } else if (effect instanceof TaskEffect.Exit) {
      world.runnerIsDone();
    }
  }

  @Override
  public void wakeAt(Optional<Duration> uptime) {
    world.trace("wake at " + uptime);
    int mine = ++timer;
    uptime.ifPresent(
        at -> {
          long delay = Math.max(0, at.minus(world.now().uptime()).toNanos() / 1000);
          world.in(
              delay,
              () ->
                  world.alive(
                      this,
                      () -> {
                        if (mine == timer) {
                          receive(new TaskEvent.TimerFired());
                        }
                      }));
        });
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void attempt(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
