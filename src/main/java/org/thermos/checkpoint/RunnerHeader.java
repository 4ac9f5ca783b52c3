package org.thermos.checkpoint;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a task was started with; written once (checkpoints 1.9).
 *
 * @param launchTime when the first runner was made, in whole milliseconds
 * @param ports number by name, sorted by name
 * @param logDir where the logs of processes lie; old streams have none
 * @param uid of the user; absent in old streams and for a user without account
 */
public record RunnerHeader(
    String taskId,
    Instant launchTime,
    Path sandbox,
    String hostname,
    String user,
    Map<String, Long> ports,
    Optional<Path> logDir,
    OptionalInt uid)
    implements CheckpointRecord {
  public RunnerHeader {
    requireNonNull(taskId, "taskId is null");
    launchTime = launchTime.truncatedTo(ChronoUnit.MILLIS);
    requireNonNull(sandbox, "sandbox is null");
    requireNonNull(hostname, "hostname is null");
    requireNonNull(user, "user is null");
    ports = Collections.unmodifiableMap(new TreeMap<>(ports));
    requireNonNull(logDir, "logDir is null");
    requireNonNull(uid, "uid is null");
  }
}
