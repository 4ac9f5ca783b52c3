package org.thermos.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.checkpoint.CheckpointLoader;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskStatus;
import org.thermos.process.Broker;
import org.thermos.process.ProcessEntry;
import org.thermos.process.ProcessTable;

/**
 * Finds a task's runner, and proves that it is: what the stream says anybody may have written who
 * can write there, and pids are used again. So the kernel's list of locks has to name either the
 * process that signed the stream last, or a child of it (its broker), and both have to be of the
 * account that owns the stream and its directory.
 */
public final class RunnerFinder {
  private static final char STOPPED = 'T';

  private final Broker broker;
  private final ProcessTable processes = new ProcessTable();

  /**
   * @param broker asked who has a lock
   */
  public RunnerFinder(Broker broker) {
    this.broker = broker;
  }

  /** Who drives the task at this moment. */
  public Control find(TaskPaths paths) throws IOException {
    OptionalInt holder = broker.lockHolder(paths.runnerCheckpoint());
    if (holder.isEmpty()) {
      return new Control.Nobody();
    }
    Optional<ProcessEntry> keeper = processes.find(holder.getAsInt());
    if (keeper.isEmpty()) {
      return new Control.Nobody(); // It has ended meanwhile.
    }
    Optional<TaskStatus> signed =
        CheckpointLoader.load(paths.runnerCheckpoint()).history().lastStatus();
    if (signed.isEmpty()) {
      return new Control.Stranger(keeper.get().pid(), "no runner has signed the checkpoint");
    }
    int pid = signed.get().runnerPid();
    boolean isSigner = keeper.get().pid() == pid || keeper.get().parent() == pid;
    Optional<ProcessEntry> runner = processes.find(pid).filter(ProcessEntry::isAlive);
    if (!isSigner || runner.isEmpty()) {
      return new Control.Stranger(
          keeper.get().pid(),
          "the runner that signed the checkpoint last, at "
              + signed.get().timestamp()
              + ", was pid "
              + pid);
    }
    int owner = owner(paths.runnerCheckpoint());
    if (owner(paths.checkpoints()) != owner
        || runner.get().uid() != owner
        || keeper.get().uid() != owner) {
      return new Control.Stranger(
          keeper.get().pid(),
          "pid " + pid + " runs as another account than the checkpoint's owner");
    }
    return new Control.Runner(
        runner.get().identity(),
        keeper.get().identity(),
        signed.get().timestamp(),
        runner.get().state() == STOPPED);
  }

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }
}
