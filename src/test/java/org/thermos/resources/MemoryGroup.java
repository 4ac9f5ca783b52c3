package org.thermos.resources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A control group with a limit of memory, below the test's own. */
public final class MemoryGroup implements AutoCloseable {
  private final Path directory;

  private MemoryGroup(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes one. The test is skipped where none can be made: as a plain user, or where groups are
   * mounted read-only or not at all.
   */
  public static MemoryGroup make(long limitBytes) throws IOException {
    Optional<Path> own = ControlGroup.own().memoryGroup();
    Assumptions.assumeTrue(own.isPresent(), "skipped: no control group of memory is mounted");
    MemoryGroup group = new MemoryGroup(own.get().resolve("thermos-test-" + System.nanoTime()));
    try {
      Files.createDirectory(group.directory);
    } catch (IOException e) {
      Assumptions.abort("skipped: no control group can be made here: " + e.getMessage());
    }
    try {
      group.limit(limitBytes);
      group.requireThatItTakesProcesses();
      return group;
    } catch (IOException | RuntimeException e) {
      group.close();
      throw e;
    }
  }

  private void limit(long bytes) throws IOException {
    Path version1 = directory.resolve("memory.limit_in_bytes");
    Path file = Files.exists(version1) ? version1 : directory.resolve("memory.max");
    Assumptions.assumeTrue(
        Files.exists(file), "skipped: no control group below " + directory + " limits memory");
    Files.writeString(file, Long.toString(bytes));
    Path swap = directory.resolve("memory.swap.max");
    if (Files.exists(swap)) {
      Files.writeString(swap, "0");
    }
  }

  private void requireThatItTakesProcesses() throws IOException {
    Process process = new ProcessBuilder("/bin/sh", "-c", "read line").start();
    try {
      Files.writeString(directory.resolve("cgroup.procs"), Long.toString(process.pid()));
    } catch (IOException e) {
      Assumptions.abort("skipped: no process can be put into a control group: " + e.getMessage());
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  /** Shell commands after which the shell, and all that it starts, is in the group. */
  public String enter() {
    return "echo $$ > '" + directory.resolve("cgroup.procs") + "' || exit 3";
  }

  /** Removes it. Its processes must have ended. */
  @Override
  public void close() {
    // A zombie may be charged to it for another moment.
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Files.exists(directory) && !directory.toFile().delete()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("unable to remove " + directory);
      }
      Thread.onSpinWait();
    }
  }
}
