package org.thermos.health;

import java.time.Duration;
import org.thermos.config.Lifecycle;

/**
 * How a task is told to stop before it is killed (executor 6.10): a step at a time, each with its
 * time to take effect if the task has taken it, and the next one at once if it has not. Pure.
 *
 * <p>Whoever drives it does what it says: posts and hands in the answer, or comes back at a time.
 */
public final class StopEscalation {
  private final Lifecycle.Http lifecycle;
  private final Duration deadline;
  private int step;
  private Phase phase = Phase.TO_POST;
  private Duration until;

  private enum Phase {
    TO_POST,
    POSTED,
    TAKEN
  }

  /**
   * @param deadline when the time for all of it is up, on the clock that is handed in later
   */
  public StopEscalation(Lifecycle.Http lifecycle, Duration deadline) {
    this.lifecycle = lifecycle;
    this.deadline = deadline;
    this.until = deadline;
  }

  /** What to do next. */
  public sealed interface Next {

    /** Post this, and then ask what is next: once, for each step. */
    record Post(int step, int port, String endpoint) implements Next {}

    /** Nothing until then, unless an answer comes or the task ends. */
    record Wait(Duration until) implements Next {}

    /** It is over: the task has ended, or is to be killed now. */
    enum Over implements Next {
      OVER
    }
  }

  /** What to do at {@code now}; to be asked at the start, and after everything that happens. */
  public Next next(Duration now) {
    if (now.compareTo(until) >= 0 && phase == Phase.TAKEN) {
      moveOn();
    }
    if (step >= lifecycle.escalation().size() || now.compareTo(deadline) >= 0) {
      return Next.Over.OVER;
    }
    if (phase != Phase.TO_POST) {
      return new Next.Wait(until);
    }
    phase = Phase.POSTED;
    return new Next.Post(step, lifecycle.port(), lifecycle.escalation().get(step).endpoint());
  }

  /**
   * The answer to a post.
   *
   * @param answeredStep that of the post; an answer that comes too late says nothing
   * @param taken whether the task took it
   */
  public void answered(int answeredStep, boolean taken, Duration now) {
    if (answeredStep != step || phase != Phase.POSTED) {
      return;
    }
    if (taken) {
      phase = Phase.TAKEN;
      Duration grace = now.plus(lifecycle.escalation().get(step).grace());
      until = grace.compareTo(deadline) < 0 ? grace : deadline;
    } else {
      moveOn();
    }
  }

  /** The task has ended. */
  public void ended() {
    step = lifecycle.escalation().size();
  }

  private void moveOn() {
    step++;
    phase = Phase.TO_POST;
    until = deadline;
  }
}
