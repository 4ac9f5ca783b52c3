package org.thermos.agent;

/** What an executor's machine waits for; equal timers replace each other. */
sealed interface Timer {
  /** The executor must have subscribed. */
  record Registration() implements Timer {}

  /** The executor must have ended after SHUTDOWN. */
  record ShutdownGrace() implements Timer {}

  /** The oldest update of a task is sent to the scheduler again. */
  record UpdateRetry(String task) implements Timer {}
}
