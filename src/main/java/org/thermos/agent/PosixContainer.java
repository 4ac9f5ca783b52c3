package org.thermos.agent;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * The processes of an executor.
 *
 * <p>What is killed: when the executor ends by itself, what is left in its session and whatever
 * hangs on that; another session survives, as with Mesos's posix launcher. When the container is
 * destroyed: the executor's descendants, their sessions, and every process whose environment still
 * names the sandbox, so also daemons that left session and parent. What escapes is a process that
 * has left both <em>and</em> was started with another environment; only cgroups would find it.
 */
final class PosixContainer implements Container {
  private static final int SIGNALLED = 128;

  private final Process process;
  private final int leader;
  private final Predicate<ProcessRow> namesSandbox;
  private final CompletableFuture<Integer> exit;

  PosixContainer(Process process, Path sandbox) {
    this.process = process;
    this.leader = Math.toIntExact(process.pid());
    this.namesSandbox = row -> ProcessTable.hasVariable(row.pid(), variable(sandbox) + "\0");
    this.exit =
        process
            .onExit()
            .thenApplyAsync(
                ended -> {
                  ProcessKiller.kill(this::isInSession);
                  return waitStatus(ended.exitValue());
                });
  }

  /** What the environment of everything below an executor holds, unless it was cleared. */
  static String variable(Path directory) {
    return "MESOS_DIRECTORY=" + directory;
  }

  @Override
  public CompletableFuture<Integer> exit() {
    return exit;
  }

  @Override
  public OptionalInt pid() {
    return OptionalInt.of(leader);
  }

  @Override
  public void destroy() {
    ProcessKiller.kill(
        row ->
            // The number of a leader that was waited for may be another process's by now.
            (process.isAlive() && (row.pid() == leader || isInSession(row)))
                || namesSandbox.test(row));
  }

  private boolean isInSession(ProcessRow row) {
    return row.session() == leader;
  }

  private static int waitStatus(int exitValue) {
    return exitValue > SIGNALLED ? exitValue - SIGNALLED : exitValue << 8;
  }
}
