package org.thermos.monitor;

import java.time.Instant;
import org.thermos.process.ProcessIdentity;

/** Who drives a task: whoever has the lock of its stream. */
public sealed interface Control {
  /** Nobody that can be seen. */
  record Nobody() implements Control {}

  /**
   * Its runner, beyond doubt.
   *
   * @param keeper who has the lock: the runner or its broker, which ends after it unless stopped
   * @param since when it signed the stream last
   * @param isStopped whether it was stopped (SIGSTOP) and cannot do anything
   */
  record Runner(ProcessIdentity process, ProcessIdentity keeper, Instant since, boolean isStopped)
      implements Control {}

  /**
   * A process of which it is not proven that it, or its parent, is the task's runner.
   *
   * @param why for people
   */
  record Stranger(int pid, String why) implements Control {}
}
