package org.thermos.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run of one process, as its coordinator is told (processes 4.2 to 4.7).
 *
 * @param checkpoint the process's checkpoint file, absolute; made if it is missing, its directory
 *     must exist
 * @param waitingSeq the seq of the run's WAITING record; the coordinator writes the three that
 *     follow
 * @param command argv, usually {@code /bin/bash -c cmdline}
 * @param directory where the command starts, or what is chrooted into; empty: where the broker is
 * @param environment everything the command gets, but for BASH_ENV
 * @param title what ps shows of the coordinator
 */
public record CoordinatorSpec(
    Path checkpoint,
    String process,
    long waitingSeq,
    List<String> command,
    Optional<Path> directory,
    Root root,
    Optional<UserSwitch> userSwitch,
    Map<String, String> environment,
    Optional<ShellProfile> profile,
    LogSpec log,
    StandardInput standardInput,
    String title) {
  public CoordinatorSpec {
    command = List.copyOf(command);
  }

  /** What is {@code /} to the command. */
  public enum Root {
    HOST,
    CHROOT_TO_DIRECTORY
  }

  /** What the command reads. */
  public enum StandardInput {
    NULL_DEVICE,
    /** The broker's. */
    INHERITED
  }

  /**
   * A file for bash to read first.
   *
   * @param probe if this exists when the process starts (inside the chroot, if there is one) ...
   * @param bashEnv ... BASH_ENV is this
   */
  public record ShellProfile(Path probe, String bashEnv) {}
}
