package org.thermos.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How a task is announced (health 7.7): all its ports, and one of them as the primary one.
 *
 * @param primaryPort its number; 0 if the task has no port of that name
 * @param customPath where to announce it instead of at the usual place
 * @param job what the usual place is made of; absent, there must be a custom path
 * @param shard which of the job's instances it is
 * @param connectionTimeout how long to wait for the first connection (health 7.8)
 */
public record Announcement(
    int primaryPort,
    Optional<String> customPath,
    Optional<JobKey> job,
    int shard,
    Duration connectionTimeout) {

  /** Where to announce it, below the given root of all serversets. */
  public String path(String serversetRoot) {
    return customPath.orElseGet(
        () -> {
          JobKey key = job.orElseThrow();
          return String.join("/", serversetRoot, key.role(), key.environment(), key.name());
        });
  }
}
