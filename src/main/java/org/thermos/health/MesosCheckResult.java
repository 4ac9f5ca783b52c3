package org.thermos.health;

import java.util.Optional;

/**
 * What Mesos' check found last, for {@code TaskStatus.check_status}; empty before the first check,
 * and when one could not be made.
 */
public sealed interface MesosCheckResult {

  record Command(Optional<Integer> exitCode) implements MesosCheckResult {}

  record Http(Optional<Integer> statusCode) implements MesosCheckResult {}

  record Tcp(Optional<Boolean> succeeded) implements MesosCheckResult {}

  /** Nothing yet: every update of a task with a check has at least this. */
  static MesosCheckResult none(MesosProbe probe) {
    if (probe instanceof MesosProbe.Command) {
      return new Command(Optional.empty());
    }
    return probe instanceof MesosProbe.Http
        ? new Http(Optional.empty())
        : new Tcp(Optional.empty());
  }
}
