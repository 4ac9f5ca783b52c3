package org.thermos.executor;

import static java.util.Objects.requireNonNull;

/**
 * A state of the task and why it is in it.
 *
 * @param message for the user; may be empty
 */
record StatusResult(UpdateState state, String message) {
  StatusResult {
    requireNonNull(state, "state is null");
    requireNonNull(message, "message is null");
  }

  static StatusResult starting() {
    return new StatusResult(UpdateState.STARTING, "");
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
}
