package org.thermos.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that an executor needs to know of a task to run it.
 *
 * @param ports every port by name, aliases included: for the runner, the health check, the
 *     lifecycle and the announcement
 * @param announcement present if the task wants to be announced
 * @param role whose account the task is meant to run as
 * @param resources what the task may use
 * @param runnerInput the JSON of the task for the runner; {@code {{thermos.*}}} is still to be
 *     bound
 * @param boundTask the task as a runner binds it for {@code user}
 * @param user the account assumed in {@code boundTask}
 * @param warnings what the configuration says in vain, a line each, fit for logs
 */
public record Resolution(
    Assignment assignment,
    TaskInstance instance,
    Map<String, Integer> ports,
    HealthCheck healthCheck,
    Lifecycle lifecycle,
    Optional<Announcement> announcement,
    Optional<String> role,
    Resources resources,
    String runnerInput,
    BoundTask boundTask,
    String user,
    List<String> warnings) {
  public Resolution {
    warnings = List.copyOf(warnings);
    ports = Collections.unmodifiableMap(new TreeMap<>(ports));
  }

  /**
   * Reads, binds and validates the configuration of an assignment.
   *
   * @param executorUser the account that tasks run as which are not run as their role: those in
   *     Docker containers, and those without a role
   * @throws ConfigException if the task could not run; the message is fit for a status update
   */
  public static Resolution of(Assignment assignment, String executorUser) throws ConfigException {
    return TaskResolver.resolve(assignment, executorUser);
  }

  /**
   * The names of the ports that a scheduler has to assign to the task: those that its processes
   * refer to, aliases of the announcer's portmap followed to what they stand for (config 5.4).
   *
   * @throws ConfigException if the task could not run
   */
  public static Set<String> requestedPorts(Assignment assignment) throws ConfigException {
    return TaskResolver.requestedPorts(assignment);
  }
}
