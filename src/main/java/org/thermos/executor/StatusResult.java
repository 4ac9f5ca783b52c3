package org.thermos.executor;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.thermos.health.HealthStatus;

/**
 * A state of the task and why it is in it.
 *
 * @param message for the user; may be empty
 * @param reason for the scheduler, where Mesos has a word for it
 */
record StatusResult(UpdateState state, String message, Optional<Reason> reason) {
  StatusResult {
    requireNonNull(state, "state is null");
    requireNonNull(message, "message is null");
    requireNonNull(reason, "reason is null");
  }

  StatusResult(UpdateState state, String message) {
    this(state, message, Optional.empty());
  }

  static StatusResult starting() {
    return new StatusResult(UpdateState.STARTING, "");
  }

  /** Of a task that nobody checks (health 7.1). */
  static StatusResult assumedHealthy() {
    return new StatusResult(UpdateState.RUNNING, HealthStatus.ASSUMED_HEALTHY.message());
  }

  static StatusResult failed(String message) {
    return new StatusResult(UpdateState.FAILED, message);
  }

  static StatusResult killed(String message) {
    return new StatusResult(UpdateState.KILLED, message);
  }

  static StatusResult lost(String message) {
    return new StatusResult(UpdateState.LOST, message);
  }

  StatusResult because(Reason reason) {
    return new StatusResult(state, message, Optional.of(reason));
  }

  /** The same with more to say. */
  StatusResult adding(String sentence) {
    return new StatusResult(state, message.isEmpty() ? sentence : message + " " + sentence, reason);
  }
}
