package org.thermos.runner;

import java.util.Optional;
import org.thermos.checkpoint.ProcessState;

/** One coordinator of the simulated world, with the process tree below it. */
final class SimulatedCoordinator {
  /** How the process answers to being asked to stop. */
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
   * @param exitCode how it ends by itself; empty if it goes on for ever
   * @param signalled whether it dies of a signal instead
   */
  record Script(Optional<Integer> exitCode, boolean signalled, long millis, Manners manners) {}

  final String process;
  final int run;
  final int pid;
  final int generation;
  final Script script;
  long nextSeq;

  /** Whether the coordinator itself is there. */
  boolean present = true;

  /** Whether anything below it is alive. */
  boolean treeAlive;

  Optional<ProcessState> ended = Optional.empty();

  SimulatedCoordinator(
      String process, int run, int pid, int generation, long nextSeq, Script script) {
    this.process = process;
    this.run = run;
    this.pid = pid;
    this.generation = generation;
    this.nextSeq = nextSeq;
    this.script = script;
  }
}
