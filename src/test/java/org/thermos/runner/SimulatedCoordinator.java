package org.thermos.runner;

import java.util.Optional;

/** One coordinator of a simulated host, with what its process started. */
final class SimulatedCoordinator {
  /** How a process answers to being asked to stop. */
  enum Manners {
    /** Ends at once when asked. */
    POLITE,
    /** Ends well when asked, after a while. */
    SLOW,
    /** Does not care. */
    STUBBORN
  }

  /**
   * What one run of a process does.
   *
   * @param exitCode how it ends by itself; empty if it goes on for ever, or stops itself
   * @param signalled whether it dies of a signal instead
   * @param leavesDaemon whether something that left the session outlives it, unless it is killed
   * @param resistMillis for how long the kernel cannot end what is killed, such as a process that
   *     waits for a disk
   */
  record Script(
      Optional<Integer> exitCode,
      boolean signalled,
      long millis,
      Manners manners,
      boolean leavesDaemon,
      long resistMillis) {}

  /** How far a coordinator has come. */
  enum Stage {
    LAUNCHED,
    HOLDS_STREAM,
    FORKED,
    SPAWNED,
    ENDED,
    GONE
  }

  final String process;
  final int run;
  final int pid;

  /** Which runner launched it. */
  final int generation;

  final Script script;

  /** Of the WAITING record of its run. */
  final long seq;

  Stage stage = Stage.LAUNCHED;

  /** Whether the command's own process is alive. */
  boolean mainAlive;

  /** Whether anything that the command started is alive. */
  boolean offspringAlive;

  /** What the command's own process ended with. */
  Optional<Integer> exit = Optional.empty();

  boolean runningWritten;
  boolean isSweeping;
  boolean wasTerminated;
  boolean wasKilled;

  SimulatedCoordinator(String process, int run, int pid, int generation, long seq, Script script) {
    this.process = process;
    this.run = run;
    this.pid = pid;
    this.generation = generation;
    this.seq = seq;
    this.script = script;
  }

  boolean isPresent() {
    return stage != Stage.GONE;
  }

  boolean holdsStream() {
    return isPresent() && stage != Stage.LAUNCHED;
  }

  boolean hasLiveTree() {
    return mainAlive || offspringAlive;
  }

  @Override
  public String toString() {
    return "coordinator " + pid + " of " + process + ", run " + run;
  }
}
