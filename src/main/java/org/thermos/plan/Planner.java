package org.thermos.plan;

import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Dependency bookkeeping over processes numbered in declaration order (planner 2.1). Each process
 * is not started, running, finished or failed; only finished ones satisfy their dependents.
 *
 * <p>Every link is looked at once when the graph is built and once when the process it waits for
 * finishes, so a whole life costs time linear in processes plus links. Not thread-safe.
 */
final class Planner {
  private final int size;

  /** How many links of each process still wait for an end. */
  private final int[] unmet;

  /**
   * The dependents of process p are {@code dependents[firstDependent[p]]} up to {@code
   * dependents[firstDependent[p + 1]]}.
   */
  private final int[] dependents;

  private final int[] firstDependent;

  private final BitSet runnable = new BitSet();
  private final BitSet running = new BitSet();
  private final BitSet finished = new BitSet();
  private final BitSet failed = new BitSet();

  /**
   * @param size number of processes
   * @throws InvalidScheduleException if some processes wait for each other
   */
  Planner(int size, List<Link> links) throws InvalidScheduleException {
    this.size = size;
    unmet = new int[size];
    firstDependent = new int[size + 1];
    for (Link link : links) {
      unmet[link.after()]++;
      firstDependent[link.before() + 1]++;
    }
    for (int p = 0; p < size; p++) {
      firstDependent[p + 1] += firstDependent[p];
    }
    dependents = new int[links.size()];
    int[] next = firstDependent.clone();
    for (Link link : links) {
      dependents[next[link.before()]++] = link.after();
    }
    for (int p = 0; p < size; p++) {
      runnable.set(p, unmet[p] == 0);
    }
    requireNoCycle();
  }

  /** Removes processes that wait for nothing, over and over; what is left waits for itself. */
  private void requireNoCycle() throws InvalidScheduleException {
    int[] waitingFor = unmet.clone();
    int[] removed = new int[size];
    int count = 0;
    for (int p = runnable.nextSetBit(0); p >= 0; p = runnable.nextSetBit(p + 1)) {
      removed[count++] = p;
    }
    for (int i = 0; i < count; i++) {
      for (int d = firstDependent[removed[i]]; d < firstDependent[removed[i] + 1]; d++) {
        if (--waitingFor[dependents[d]] == 0) {
          removed[count++] = dependents[d];
        }
      }
    }
    if (count < size) {
      throw new InvalidScheduleException("Cycles detected in the task schedule!");
    }
  }

  /**
   * Those that are not started and whose dependencies have finished; a live view in declaration
   * order, not to be changed.
   */
  BitSet runnable() {
    return runnable;
  }

  BitSet running() {
    return running;
  }

  BitSet finished() {
    return finished;
  }

  BitSet failed() {
    return failed;
  }

  /** Marks a runnable process as running; again for one that runs already does nothing. */
  void setRunning(int p) {
    require(running.get(p) || runnable.get(p), p, "start");
    runnable.clear(p);
    running.set(p);
  }

  /**
   * Marks a running process as finished.
   *
   * @param nowRunnable told of each process that can run because of it
   */
  void setFinished(int p, IntConsumer nowRunnable) {
    require(running.get(p), p, "finish");
    running.clear(p);
    finished.set(p);
    for (int d = firstDependent[p]; d < firstDependent[p + 1]; d++) {
      if (--unmet[dependents[d]] == 0) {
        runnable.set(dependents[d]);
        nowRunnable.accept(dependents[d]);
      }
    }
  }

  /** Marks a running process as failed for good; its dependents never become runnable. */
  void setFailed(int p) {
    require(running.get(p), p, "fail");
    running.clear(p);
    failed.set(p);
  }

  /** Makes a running process runnable again. */
  void reset(int p) {
    require(running.get(p), p, "reset");
    running.clear(p);
    runnable.set(p);
  }

  private void require(boolean allowed, int p, String verb) {
    if (!allowed) {
      throw new IllegalStateException(
          "Cannot " + verb + " process number " + p + ", which is " + standing(p));
    }
  }

  private String standing(int p) {
    if (running.get(p)) {
      return "running";
    }
    if (finished.get(p)) {
      return "finished";
    }
    if (failed.get(p)) {
      return "failed";
    }
    return runnable.get(p) ? "not running" : "waiting for others";
  }
}
