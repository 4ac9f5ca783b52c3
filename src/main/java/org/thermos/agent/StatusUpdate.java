package org.thermos.agent;

import org.apache.mesos.Protos.TaskStatus;

/** An update as the scheduler gets it. Thread-safe. */
public final class StatusUpdate {
  private final TaskStatus status;
  private final int attempt;
  private final Runnable acknowledgement;

  StatusUpdate(TaskStatus status, int attempt, Runnable acknowledgement) {
    this.status = status;
    this.attempt = attempt;
    this.acknowledgement = acknowledgement;
  }

  public TaskStatus status() {
    return status;
  }

  /** 1 when it is new; more when it was not acknowledged in time. */
  public int attempt() {
    return attempt;
  }

  /**
   * Accepts the update, so that the task's next one is sent. Without it this one comes again, after
   * 10 s at first. Returns at once, does nothing when repeated, and is lost while the agent is
   * down.
   */
  public void acknowledge() {
    acknowledgement.run();
  }
}
