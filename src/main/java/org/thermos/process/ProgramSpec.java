package org.thermos.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A plain program, started with /dev/null as its standard input.
 *
 * @param command argv; a name without a slash is looked up in the PATH of the environment
 * @param directory where it starts; empty: where the broker is
 * @param output a file that both outputs are appended to (made with mode 0600, never a symbolic
 *     link); empty: the broker's own outputs
 * @param account whom it runs as; empty: the broker's own account
 */
public record ProgramSpec(
    List<String> command,
    Map<String, String> environment,
    Optional<Path> directory,
    ProcessGroup group,
    Optional<Path> output,
    Optional<Account> account) {
  public ProgramSpec {
    command = List.copyOf(command);
  }

  /** Which process group the program is in. */
  public enum ProcessGroup {
    INHERITED,
    OWN
  }
}
