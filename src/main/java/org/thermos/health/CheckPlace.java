package org.thermos.health;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.thermos.process.Account;

/**
 * Where a task's checks find it, and how its commands are run (health 7.3, 7.5).
 *
 * @param sandbox where the file is that snoozes the check
 * @param directory where commands start; empty: where the executor is
 * @param environment of commands: the executor's own
 * @param account whom commands run as, see {@link CheckAccount}; empty: the executor's own account
 * @param wrapper makes of a command one that runs in the task's filesystem image; the identity
 *     where there is none
 */
public record CheckPlace(
    Path sandbox,
    Optional<Path> directory,
    Map<String, String> environment,
    Optional<Account> account,
    UnaryOperator<List<String>> wrapper) {
  public CheckPlace {
    environment = Map.copyOf(environment);
  }

  @Override
  public String toString() {
    return "CheckPlace[" + sandbox + "]"; // Not the environment, which may hold secrets.
  }
}
