package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The task came into a state, or a runner took control of it in that state.
 *
 * @param timestamp in whole milliseconds
 * @param runnerPid the process that wrote this
 * @param runnerUid its user
 */
public record TaskStatus(TaskState state, Instant timestamp, int runnerPid, int runnerUid)
    implements CheckpointRecord {
  public TaskStatus {
    requireNonNull(state, "state is null");
    timestamp = timestamp.truncatedTo(ChronoUnit.MILLIS);
  }
}
