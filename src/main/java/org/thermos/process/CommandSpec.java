package org.thermos.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A short program that is run to its end, with /dev/null as its standard input.
 *
 * @param command argv; a name without a slash is looked up in the PATH of the environment
 * @param directory where it starts; empty: where the caller's JVM is
 * @param account whom it runs as; empty: the executor's own account
 * @param timeout after which it is killed with everything that it started
 */
public record CommandSpec(
    List<String> command,
    Map<String, String> environment,
    Optional<Path> directory,
    Optional<Account> account,
    Duration timeout) {
  public CommandSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
