package org.thermos.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The real kernel's count, in a control group below the test's own. Skipped where none can be made:
 * as a plain user, or where groups are mounted read-only or not at all.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RealOutOfMemoryTest {
  private static final long LIMIT = 32 << 20;

  private Path group;
  private Process process;

  @AfterEach
  void removeTheGroup() throws Exception {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
    if (group != null) {
      // A zombie may be charged to it for another moment.
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (Files.exists(group) && !group.toFile().delete()) {
        assertThat(System.nanoTime()).as("unable to remove " + group).isLessThan(end);
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void namesWhatTheKernelKilled() throws Exception {
    makeGroup();
    process =
        new ProcessBuilder(
                "bash",
                "-c",
                "echo $$ > '"
                    + group.resolve("cgroup.procs")
                    + "' || exit 3; echo; read"
                    + "; exec tail /dev/zero")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Assumptions.assumeTrue(
        process.getInputStream().read() == '\n',
        "skipped: a process cannot be put into a control group here");
    ControlGroup control = ControlGroup.of(Path.of("/proc/" + process.pid()), Path.of("/"));
    OutOfMemoryWatch watch = new OutOfMemoryWatch(control);
    assertThat(control.memoryLimit()).hasValue(LIMIT);
    assertThat(control.memoryUsed().orElseThrow()).isPositive();

    OutputStream go = process.getOutputStream();
    go.write('\n');
    go.flush();

    assertThat(process.waitFor()).isEqualTo(128 + 9);
    assertThat(watch.explain("hog", 0).orElseThrow())
        .startsWith("Process hog was killed for lack of memory (limit 32 MB");
    assertThat(watch.explain("hog", 1)).isEmpty();
  }

  private void makeGroup() throws IOException {
    Path own = ownGroup();
    Path made = own.resolve("thermos-test-" + ProcessHandle.current().pid());
    try {
      Files.createDirectory(made);
      group = made;
    } catch (IOException e) {
      Assumptions.abort("skipped: no control group can be made here: " + e.getMessage());
    }
    Path version1 = group.resolve("memory.limit_in_bytes");
    Path file = Files.exists(version1) ? version1 : group.resolve("memory.max");
    Assumptions.assumeTrue(
        Files.exists(file), "skipped: the memory controller is not there for groups below " + own);
    Files.writeString(file, Long.toString(LIMIT));
    Path swap = group.resolve("memory.swap.max");
    if (Files.exists(swap)) {
      Files.writeString(swap, "0");
    }
  }

  private static Path ownGroup() {
    Optional<Path> own = ControlGroup.own().memoryGroup();
    Assumptions.assumeTrue(own.isPresent(), "skipped: no control group of memory is mounted");
    return own.orElseThrow();
  }
}
