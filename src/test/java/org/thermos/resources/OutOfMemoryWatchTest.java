package org.thermos.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which ends the kernel's count explains. */
class OutOfMemoryWatchTest {
  @TempDir Path root;

  @BeforeEach
  void group() throws Exception {
    write("proc/cgroup", "0::/\n");
    write("proc/mountinfo", "31 23 0:28 / /cg rw - cgroup2 cgroup2 rw\n");
    write("cg/memory.max", "268435456\n");
    write("cg/memory.peak", "267911168\n");
    kills(3);
  }

  @Test
  void namesProcessAndFigures() throws Exception {
    OutOfMemoryWatch watch = watch();
    assertThat(watch.explain("web", 1)).isEmpty();

    kills(4);

    assertThat(watch.explain("web", 2))
        .contains("Process web (run 2) was killed for lack of memory (limit 256 MB, peak 255 MB).");
    assertThat(watch.explain("web", 3)).isEmpty();
  }

  @Test
  void explainsAsManyEndsAsThereWereKills() throws Exception {
    OutOfMemoryWatch watch = watch();
    kills(5);

    assertThat(watch.explain("web", 0)).isPresent();
    assertThat(watch.explainRunner())
        .contains("The runner was killed for lack of memory (limit 256 MB, peak 255 MB).");
    assertThat(watch.explain("db", 0)).isEmpty();
  }

  @Test
  void doesNotBlameAnEarlierTasksKills() throws Exception {
    OutOfMemoryWatch watch = watch();
    kills(4);
    watch.baseline();

    assertThat(watch.explain("web", 0)).isEmpty();
  }

  @Test
  void saysSoIfItWasTheHostThatHadNoMore() throws Exception {
    OutOfMemoryWatch watch = watch();
    write("cg/memory.max", "max\n");
    kills(4);

    assertThat(watch.explain("web", 0))
        .contains(
            "Process web was killed for lack of memory (of the host: the container has no"
                + " limit).");
  }

  @Test
  void isSilentWhereTheKernelDoesNotCount() throws Exception {
    Files.delete(root.resolve("cg/memory.events"));
    OutOfMemoryWatch watch = watch();

    assertThat(watch.explain("web", 0)).isEmpty();
  }

  private OutOfMemoryWatch watch() {
    return new OutOfMemoryWatch(ControlGroup.of(root.resolve("proc"), root));
  }

  private void kills(int count) throws IOException {
    write("cg/memory.events", "oom 9\noom_kill " + count + "\noom_group_kill 0\n");
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
