package org.thermos.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What is alive of a task: whatever works in its executor's directory, holds a file of its ledger
 * open, or names one of them in its command line or environment.
 *
 * @param sandbox the executor's directory
 */
record Remains(Path sandbox, Path ledger) {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int ROUNDS = 100;

  private interface Look {
    List<Host.Entry> now() throws IOException;
  }

  List<Host.Entry> all() throws IOException {
    return Host.remains(sandbox, ledger);
  }

  /** What is still there when it has had a second to go. */
  List<Host.Entry> afterAWhile() throws IOException, InterruptedException {
    return await(this::all);
  }

  /** The same but for the executor and its helpers. */
  List<Host.Entry> besidesExecutorAfterAWhile() throws IOException, InterruptedException {
    return await(
        () ->
            all().stream()
                .filter(it -> !it.command().contains("xecutor") && !it.isBroker())
                .toList());
  }

  private static List<Host.Entry> await(Look look) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    List<Host.Entry> found = look.now();
    while (!found.isEmpty() && Instant.now().isBefore(deadline)) {
      TimeUnit.MILLISECONDS.sleep(20); // There is no event for what strangers do.
      found = look.now();
    }
    return found;
  }

  /** Kills everything, as an agent with cgroups would; a posix launcher spares other sessions. */
  void tearDown() throws IOException {
    List<Host.Entry> found = all();
    for (int round = 0; !found.isEmpty() && round < ROUNDS; round++) {
      found.forEach(it -> Host.signal(it, Host.SIGKILL));
      found = all();
    }
  }
}
