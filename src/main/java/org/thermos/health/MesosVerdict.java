package org.thermos.health;

import java.util.Optional;
import org.thermos.process.CommandResult;
import org.thermos.process.ExitStatus;

/** What Mesos' executors make of what was seen of a task. */
final class MesosVerdict {
  private static final int FIRST_GOOD = 200;
  private static final int FIRST_BAD = 400;
  private static final int SIGNALLED = 128;

  private MesosVerdict() {}

  /** Why it is not healthy; empty if it is. */
  static Optional<String> failure(Observation seen) {
    if (seen instanceof Observation.Answered answer) {
      boolean good = answer.code() >= FIRST_GOOD && answer.code() < FIRST_BAD;
      return good
          ? Optional.empty()
          : Optional.of(
              "HTTP health check failed: Unexpected HTTP response code: " + answer.code());
    }
    if (seen instanceof Observation.Unreachable unreachable) {
      return Optional.of("Health check failed: " + unreachable.cause());
    }
    if (seen instanceof Observation.Broken broken) {
      return Optional.of("Internal health check error: " + broken.cause());
    }
    if (seen instanceof Observation.Invalid) {
      return Optional.of("COMMAND health check failed: there is a null character in it");
    }
    return seen instanceof Observation.Ran ran ? ofCommand(ran.result()) : Optional.empty();
  }

  private static Optional<String> ofCommand(CommandResult result) {
    String prefix = "COMMAND health check failed: ";
    if (result instanceof CommandResult.NotRun notRun) {
      return Optional.of(prefix + "Failed to create subprocess: " + notRun.reason());
    }
    if (result instanceof CommandResult.TimedOut) {
      return Optional.of(prefix + "Command timed out");
    }
    ExitStatus status = ((CommandResult.Ended) result).status();
    if (status.signal().isPresent()) {
      return Optional.of(prefix + "Command terminated with signal " + status.signal().getAsInt());
    }
    return status.returnCode() == 0
        ? Optional.empty()
        : Optional.of(prefix + "Command exited with status " + status.returnCode());
  }

  /** The result of a check; without a value if it could not be made. */
  static MesosCheckResult result(MesosProbe probe, Observation seen) {
    if (probe instanceof MesosProbe.Command) {
      boolean ended =
          seen instanceof Observation.Ran ran && ran.result() instanceof CommandResult.Ended;
      return new MesosCheckResult.Command(
          ended
              ? Optional.of(code((CommandResult.Ended) ((Observation.Ran) seen).result()))
              : Optional.empty());
    }
    if (probe instanceof MesosProbe.Http) {
      return new MesosCheckResult.Http(
          seen instanceof Observation.Answered answer
              ? Optional.of(answer.code())
              : Optional.empty());
    }
    if (seen instanceof Observation.Connected) {
      return new MesosCheckResult.Tcp(Optional.of(true));
    }
    boolean refused = seen instanceof Observation.Unreachable unreachable && unreachable.refused();
    return new MesosCheckResult.Tcp(refused ? Optional.of(false) : Optional.empty());
  }

  /** As shells have it for a command that a signal ended. */
  private static int code(CommandResult.Ended ended) {
    return ended.status().signal().isPresent()
        ? SIGNALLED + ended.status().signal().getAsInt()
        : ended.status().returnCode();
  }
}
