package org.thermos.sandbox;

import java.util.Optional;
import org.thermos.config.Assignment.ContainerKind;

/**
 * Whose a sandbox is and whom processes run as (executor 6.6).
 *
 * @param executeAs owner of the sandbox in place of the job's role; counts in mode ROLE only
 */
public record AccountPolicy(Mode mode, Optional<String> executeAs) {
  public enum Mode {
    /** The job's role, as far as the executor's account allows. */
    ROLE,
    /** The executor's own account, whatever else is said. */
    NOSETUID
  }

  /** Empty if the sandbox stays with whoever made it. */
  public Optional<String> sandboxOwner(ContainerKind container, Optional<String> role) {
    if (mode == Mode.NOSETUID || container == ContainerKind.DOCKER) {
      return Optional.empty();
    }
    return executeAs.or(() -> role);
  }

  /** Empty if processes run as the executor does. */
  public Optional<String> processUser(
      ContainerKind container, Optional<String> role, int executorUid) {
    boolean changes =
        mode == Mode.ROLE
            && executeAs.isEmpty()
            && container != ContainerKind.DOCKER
            && executorUid == 0;
    return changes ? role : Optional.empty();
  }
}
