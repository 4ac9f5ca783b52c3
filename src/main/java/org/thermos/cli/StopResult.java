package org.thermos.cli;

import java.util.List;
import java.util.Optional;

/**
 * What became of the wish to end a task.
 *
 * @param failure why it has not ended; empty if it has, and nothing of it is alive
 * @param notes what else the operator should know
 */
record StopResult(Optional<String> failure, List<String> notes) {
  StopResult {
    notes = List.copyOf(notes);
  }

  boolean isDone() {
    return failure.isEmpty();
  }
}
