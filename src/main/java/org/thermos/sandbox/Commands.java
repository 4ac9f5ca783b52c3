package org.thermos.sandbox;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandResult.Ended;
import org.thermos.process.CommandResult.NotRun;
import org.thermos.process.CommandResult.TimedOut;
import org.thermos.process.CommandRunner;
import org.thermos.process.CommandSpec;

/**
 * Runs the system's own programs and waits for them, for a limited time.
 *
 * @param limit after which a program is killed
 * @param ending what a killed program may take to end; one that waits for a dead disk does not
 */
record Commands(CommandRunner runner, Duration limit, Duration ending) {
  private static final Duration USUAL = Duration.ofSeconds(60);

  private static final Duration ENDING = Duration.ofSeconds(10);

  /** Not the executor's environment: none of it is meant for these programs. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C");

  Commands(CommandRunner runner) {
    this(runner, USUAL);
  }

  Commands(CommandRunner runner, Duration limit) {
    this(runner, limit, ENDING);
  }

  /**
   * @throws IOException if it does not end with 0; the message has what it said
   */
  void run(String... command) throws IOException {
    String line = String.join(" ", command);
    CommandResult result = await(line, List.of(command));
    if (result instanceof NotRun missing) {
      throw new IOException("cannot run " + line + ": " + missing.reason());
    }
    if (result instanceof TimedOut late) {
      throw new IOException(
          line + " was killed: it did not end within " + seconds() + said(late.output()));
    }
    if (result instanceof Ended ended && ended.status().returnCode() != 0) {
      throw new IOException(
          line + " failed with " + ended.status().returnCode() + said(ended.output()));
    }
  }

  private CommandResult await(String line, List<String> command) throws IOException {
    CommandSpec spec =
        new CommandSpec(command, ENVIRONMENT, Optional.empty(), Optional.empty(), limit);
    try {
      return runner.run(spec).get(limit.plus(ending).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          line + " did not end within " + seconds() + ", nor when it was killed", e);
    } catch (ExecutionException e) {
      throw new IOException("cannot run " + line + ": " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + line, e);
    }
  }

  private String seconds() {
    return limit.toMillis() / 1000.0 + " s";
  }

  private static String said(String output) {
    return output.isBlank() ? "" : ": " + output.strip();
  }
}
