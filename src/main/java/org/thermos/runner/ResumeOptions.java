package org.thermos.runner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.thermos.checkpoint.TaskState;
import org.thermos.flags.FlagValues;
import org.thermos.flags.UsageException;

/**
 * The command line of a runner that goes on with, or ends, what another one began: the rest it
 * finds recorded.
 *
 * @param checkpointRoot as given: if relative, it stays the directory it was when the runner was
 *     started, whatever becomes of its name
 * @param stop how the task is to end; empty to go on with it
 * @param killWait how long a graceful stop may take; empty for what was recorded
 * @param damaged what to do about a checkpoint that cannot be read to its end
 */
record ResumeOptions(
    Path checkpointRoot,
    String taskId,
    Optional<TaskState> stop,
    Optional<Duration> killWait,
    Damaged damaged,
    Path logDirectory) {
  enum Damaged {
    REFUSE,
    /** Kill what is still named, and leave the files alone. */
    KILL
  }

  static ResumeOptions from(FlagValues flags) throws UsageException {
    return new ResumeOptions(
        Path.of(flags.require(RunnerFlags.CHECKPOINT_ROOT)),
        flags.require(RunnerFlags.TASK_ID),
        RunnerOptions.stop(flags),
        flags.isSet(RunnerFlags.KILL_WAIT_SECS)
            ? Optional.of(RunnerOptions.killWait(flags))
            : Optional.empty(),
        flags.isSet(RunnerFlags.KILL_DAMAGED) ? Damaged.KILL : Damaged.REFUSE,
        Path.of(flags.require(RunnerFlags.LOG_DIR)).toAbsolutePath());
  }

  /** Whether there will be time for finalizers, and so processes to start. */
  boolean mayFinalize() {
    boolean atOnce = killWait.filter(Duration::isZero).isPresent();
    return stop.isEmpty() || (stop.get() == TaskState.KILLED && !atOnce);
  }
}
