package org.thermos.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A task: processes and the order between them (config 5.1).
 *
 * @param processes at least one, in the order written
 * @param resources what the task asks for; an executor requires it
 * @param maxFailures how many failed processes fail the task; 0 is no limit
 * @param maxConcurrency how many processes run at once; 0 is no limit
 * @param finalizationWait time for cleaning up and finalizing together
 */
public record Task(
    String name,
    List<ProcessConfig> processes,
    List<Constraint> constraints,
    Optional<Resources> resources,
    int maxFailures,
    int maxConcurrency,
    Duration finalizationWait) {
  public Task {
    processes = List.copyOf(processes);
    constraints = List.copyOf(constraints);
  }
}
