package org.thermos.resources;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Tells whether it was the kernel, for lack of memory, that killed a process (health 7.10 leaves
 * limits of memory to the agent; this names what came of them).
 *
 * <p>The kernel counts such kills for each control group, before it sends the signal. It does not
 * say whom; so each kill that was counted explains one SIGKILL that nobody of ours has sent. Ask
 * only about those. Thread-safe.
 */
public final class OutOfMemoryWatch {
  private static final long MEGABYTE = 1 << 20;

  private final ControlGroup group;
  private long explained;

  /** Counts from now on. */
  public OutOfMemoryWatch(ControlGroup group) {
    this.group = group;
    baseline();
  }

  /** Leaves to the past what was counted so far: for the start of a task. */
  public synchronized void baseline() {
    explained = group.outOfMemoryKills().orElse(0);
  }

  /**
   * Why a process' run ended by a SIGKILL that was not asked for, as a sentence.
   *
   * @return empty if not for lack of memory, or if the kernel does not count
   */
  public Optional<String> explain(String process, int run) {
    return explain("Process " + process + (run == 0 ? "" : " (run " + run + ")"));
  }

  /** The same for the runner. */
  public Optional<String> explainRunner() {
    return explain("The runner");
  }

  private synchronized Optional<String> explain(String who) {
    long counted = group.outOfMemoryKills().orElse(0);
    if (counted <= explained) {
      return Optional.empty();
    }
    explained++;
    return Optional.of(who + " was killed for lack of memory" + figures() + ".");
  }

  private String figures() {
    OptionalLong limit = group.memoryLimit();
    OptionalLong peak = group.memoryPeak();
    if (limit.isEmpty()) {
      return " (of the host: the container has no limit)";
    }
    String text = " (limit " + megabytes(limit.getAsLong());
    return peak.isEmpty() ? text + ")" : text + ", peak " + megabytes(peak.getAsLong()) + ")";
  }

  private static String megabytes(long bytes) {
    return bytes / MEGABYTE + " MB";
  }
}
