package org.thermos.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.SimulatedFile;
import org.thermos.process.CoordinatorEnd;
import org.thermos.runner.SimulatedCoordinator.Manners;
import org.thermos.runner.SimulatedCoordinator.Stage;

/** The processes of a simulated world: coordinators, and what their commands start. */
final class SimulatedHost {
  private static final long MILLI = 1_000;
  private static final long LONGEST_RETRY = 10_000 * MILLI;

  private final SimulatedWorld world;
  private final SimulatedTime time;
  private final SimulatedDisk disk;
  private final Random random;

  /** Those that are there, or have left something behind; the oldest first. */
  private final List<SimulatedCoordinator> coordinators = new ArrayList<>();

  private int nextPid = 1000;
  private int killsLeft;
  private int launchTroublesLeft;

  SimulatedHost(SimulatedWorld world) {
    this.world = world;
    this.time = world.time;
    this.disk = world.disk;
    this.random = world.random;
    this.killsLeft = world.chaos.coordinatorKills();
    this.launchTroublesLeft = world.chaos.launchTroubles();
  }

  List<SimulatedCoordinator> coordinators() {
    return coordinators;
  }

  Optional<SimulatedCoordinator> holderOf(String process) {
    for (SimulatedCoordinator coordinator : coordinators) {
      if (coordinator.process.equals(process) && coordinator.holdsStream()) {
        return Optional.of(coordinator);
      }
    }
    return Optional.empty();
  }

  Optional<SimulatedCoordinator> find(int pid) {
    return coordinators.stream().filter(c -> c.pid == pid).findFirst();
  }

  /** Empty if there are no processes left. */
  Optional<SimulatedCoordinator> launch(TaskEffect.Launch launch, int generation) {
    if (launchTroublesLeft > 0 && random.nextInt(4) == 0) {
      launchTroublesLeft--;
      return Optional.empty();
    }
    String process = launch.process();
    SimulatedCoordinator started =
        new SimulatedCoordinator(
            process,
            launch.run(),
            nextPid++,
            generation,
            launch.seq(),
            world.scenario.script(process, world.invariants.naturalEnds(process)));
    coordinators.add(started);
    in(random.nextInt(20) == 0 ? 300 * MILLI : 3 * MILLI, started, () -> claim(started));
    return Optional.of(started);
  }

  private void claim(SimulatedCoordinator c) {
    if (holderOf(c.process).isPresent()) {
      leave(c, CoordinatorEnd.BUSY);
      return;
    }
    c.stage = Stage.HOLDS_STREAM;
    if (disk.lastSeq(c.process) > c.seq) {
      leave(c, CoordinatorEnd.SUPERSEDED);
    } else if (!world.isAlive(c.generation)) {
      leave(c, CoordinatorEnd.ABANDONED);
    } else {
      in(MILLI / 5, c, () -> fork(c));
    }
  }

  private void fork(SimulatedCoordinator c) {
    if (disk.isTroubled() && world.chaos.launchTroubles() == 0) {
      time.in(100 * MILLI, () -> ifPresent(c, () -> fork(c))); // A failed launch is a failed run.
      return;
    }
    world.invariants.checkFork(c);
    if (!write(c, ProcessStatus.forked(c.seq + 1, c.process, c.pid, world.now().wall()))) {
      if (c.isPresent()) {
        leave(c, CoordinatorEnd.FAILED);
      }
      return;
    }
    c.stage = Stage.FORKED;
    in(
        3 * MILLI,
        c,
        () -> {
          disk.coordinatorStream(c.process).sync();
          in(2 * MILLI, c, () -> spawn(c));
        });
  }

  private void spawn(SimulatedCoordinator c) {
    world.invariants.checkStart(c);
    time.trace(c, "starts its command:", c.script);
    c.stage = Stage.SPAWNED;
    c.mainAlive = true;
    c.offspringAlive = c.script.leavesDaemon();
    c.script
        .exitCode()
        .ifPresent(
            code ->
                time.in(
                    c.script.millis() * MILLI,
                    () -> endMain(c, c.script.signalled() ? -11 : code)));
    writeRunning(c);
    if (c.wasKilled) {
      killBelow(c);
    } else if (c.wasTerminated) {
      terminateBelow(c);
    }
  }

  private void writeRunning(SimulatedCoordinator c) {
    c.runningWritten =
        write(c, ProcessStatus.running(c.seq + 2, c.process, nextPid++, world.now().wall()));
    if (c.runningWritten) {
      in(5 * MILLI, c, () -> disk.coordinatorStream(c.process).sync());
    }
  }

  /** The command's own process ends; whatever else it started goes on. */
  private void endMain(SimulatedCoordinator c, int code) {
    if (!c.mainAlive) {
      return;
    }
    time.trace(c, "its command ends with", code);
    c.mainAlive = false;
    c.exit = Optional.of(code);
    world.invariants.ended(c);
    settle(c);
  }

  /** What the coordinator does when its command has ended. */
  private void settle(SimulatedCoordinator c) {
    boolean waits = c.wasTerminated && c.offspringAlive && !c.wasKilled;
    if (c.isPresent() && c.exit.isPresent() && !waits && !c.isSweeping) {
      c.isSweeping = true;
      in(2 * MILLI, c, () -> sweep(c));
    }
  }

  /** What the command left behind is killed before its end is recorded. */
  private void sweep(SimulatedCoordinator c) {
    c.offspringAlive = false;
    writeEnd(c, 100 * MILLI);
  }

  private void writeEnd(SimulatedCoordinator c, long pause) {
    if (!c.runningWritten) {
      writeRunning(c);
    }
    int code = c.exit.orElseThrow();
    ProcessState state =
        code == 0 ? ProcessState.SUCCESS : code > 0 ? ProcessState.FAILED : ProcessState.KILLED;
    if (c.runningWritten
        && write(c, ProcessStatus.ended(c.seq + 3, c.process, state, world.now().wall(), code))) {
      c.stage = Stage.ENDED;
      in(
          3 * MILLI,
          c,
          () -> {
            disk.coordinatorStream(c.process).sync();
            in(2 * MILLI, c, () -> leave(c, CoordinatorEnd.RECORDED));
          });
    } else if (c.isPresent()) {
      time.in(pause, () -> ifPresent(c, () -> writeEnd(c, Math.min(2 * pause, LONGEST_RETRY))));
    }
  }

  /** SIGTERM for the coordinator, which hands it on to all that its command started. */
  void terminate(int pid) {
    find(pid).filter(SimulatedCoordinator::isPresent).ifPresent(this::terminateBelow);
  }

  private void terminateBelow(SimulatedCoordinator c) {
    c.wasTerminated = true;
    if (c.script.manners() == Manners.POLITE) {
      time.in(
          random.nextLong(5 * MILLI),
          () -> {
            c.offspringAlive = false;
            endMain(c, -15);
            settle(c);
          });
    } else if (c.script.manners() == Manners.SLOW) {
      time.in(
          2_000 * MILLI,
          () -> {
            c.offspringAlive = false;
            endMain(c, 0);
            settle(c);
          });
    }
  }

  /** SIGUSR2 for the coordinator, which kills all that its command started. */
  void kill(int pid) {
    find(pid).filter(SimulatedCoordinator::isPresent).ifPresent(this::killBelow);
  }

  private void killBelow(SimulatedCoordinator c) {
    c.wasKilled = true;
    if (c.hasLiveTree()) {
      time.in(
          c.script.resistMillis() * MILLI + random.nextLong(2 * MILLI),
          () -> {
            c.offspringAlive = false;
            endMain(c, -9);
            settle(c);
          });
    }
  }

  /** SIGKILL for the coordinator and everything below; returns what does not die at once. */
  List<Integer> killTree(int pid) {
    Optional<SimulatedCoordinator> found = find(pid);
    found.filter(SimulatedCoordinator::isPresent).ifPresent(c -> leave(c, CoordinatorEnd.KILLED));
    List<Integer> survivors = new ArrayList<>();
    found
        .filter(SimulatedCoordinator::hasLiveTree)
        .ifPresent(
            c -> {
              if (c.script.resistMillis() > 0) {
                survivors.add(c.pid);
                time.in(c.script.resistMillis() * MILLI, () -> die(c));
              } else {
                die(c);
              }
            });
    return survivors;
  }

  List<Integer> killEverything() {
    List<Integer> survivors = new ArrayList<>();
    for (SimulatedCoordinator c : List.copyOf(coordinators)) {
      survivors.addAll(killTree(c.pid));
    }
    return survivors;
  }

  private void die(SimulatedCoordinator c) {
    if (c.mainAlive) {
      world.invariants.ended(c);
    }
    c.mainAlive = false;
    c.offspringAlive = false;
    forgetDead();
  }

  /** The coordinator is gone, for whatever reason; its runner learns of it. */
  private void leave(SimulatedCoordinator c, CoordinatorEnd how) {
    time.trace(c, "is gone:", how);
    c.stage = Stage.GONE;
    world.coordinatorLeft(c, how);
    forgetDead();
  }

  private void forgetDead() {
    coordinators.removeIf(c -> !c.isPresent() && !c.hasLiveTree());
  }

  void crashSomeCoordinator() {
    List<SimulatedCoordinator> present =
        coordinators.stream().filter(SimulatedCoordinator::isPresent).toList();
    if (!present.isEmpty() && killsLeft > 0) {
      killsLeft--;
      leave(present.get(random.nextInt(present.size())), CoordinatorEnd.KILLED);
    }
  }

  void powerCut() {
    for (SimulatedCoordinator c : coordinators) {
      c.stage = Stage.GONE;
      c.mainAlive = false;
      c.offspringAlive = false;
    }
    coordinators.clear();
  }

  /** Whether the record is in the stream; if not, the disk did not take it or its writer died. */
  private boolean write(SimulatedCoordinator c, ProcessStatus status) {
    if (killsLeft > 0 && random.nextInt(20) == 0) {
      killsLeft--;
      byte[] frame = SimulatedFile.frame(status);
      disk.coordinatorStream(c.process).append(frame, random.nextInt(frame.length));
      leave(c, CoordinatorEnd.KILLED);
      return false;
    }
    if (disk.fails()) {
      return false;
    }
    time.trace(c, status);
    disk.append(status);
    world.streamChanged(c.process);
    return true;
  }

  private void in(long mostMicros, SimulatedCoordinator c, Runnable action) {
    time.in(random.nextLong(mostMicros), () -> ifPresent(c, action));
  }

  private static void ifPresent(SimulatedCoordinator c, Runnable action) {
    if (c.isPresent()) {
      action.run();
    }
  }
}
