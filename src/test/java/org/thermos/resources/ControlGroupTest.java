package org.thermos.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What control groups say, on files as kernels of both versions show them. */
class ControlGroupTest {
  @TempDir Path root;

  @Test
  void readsVersion2() throws Exception {
    write("proc/cgroup", "0::/mesos/abc\n");
    write(
        "proc/mountinfo",
        "31 23 0:28 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
    write("sys/fs/cgroup/mesos/abc/memory.current", "1000\n");
    write("sys/fs/cgroup/mesos/abc/memory.peak", "3000\n");
    write("sys/fs/cgroup/mesos/abc/memory.max", "max\n");
    write("sys/fs/cgroup/mesos/memory.max", "8192\n");
    write("sys/fs/cgroup/mesos/abc/memory.events", "low 0\noom 2\noom_kill 2\noom_group_kill 0\n");
    write("sys/fs/cgroup/mesos/abc/cpu.stat", "usage_usec 2500000\nuser_usec 1\n");

    ControlGroup group = group();

    assertThat(group.memoryUsed()).isEqualTo(OptionalLong.of(1000));
    assertThat(group.memoryPeak()).isEqualTo(OptionalLong.of(3000));
    assertThat(group.memoryLimit()).isEqualTo(OptionalLong.of(8192));
    assertThat(group.outOfMemoryKills()).isEqualTo(OptionalLong.of(2));
    assertThat(group.cpuSeconds()).isEqualTo(OptionalDouble.of(2.5));
  }

  @Test
  void readsVersion1WhereBothAreMounted() throws Exception {
    write("proc/cgroup", "9:memory:/mesos/abc\n4:cpu,cpuacct:/mesos/abc\n0::/\n");
    write(
        "proc/mountinfo",
        """
        35 31 0:32 / /cg/memory rw,relatime - cgroup cgroup rw,memory
        36 31 0:33 / /cg/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
        41 31 0:38 / /cg/unified rw,relatime - cgroup2 cgroup2 rw
        """);
    write("cg/memory/mesos/abc/memory.usage_in_bytes", "1000\n");
    write("cg/memory/mesos/abc/memory.max_usage_in_bytes", "2000\n");
    write("cg/memory/mesos/abc/memory.limit_in_bytes", "4096\n");
    write("cg/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write(
        "cg/memory/mesos/abc/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n");
    write("cg/cpu/mesos/abc/cpuacct.usage", "1500000000\n");

    ControlGroup group = group();

    assertThat(group.memoryUsed()).isEqualTo(OptionalLong.of(1000));
    assertThat(group.memoryPeak()).isEqualTo(OptionalLong.of(2000));
    assertThat(group.memoryLimit()).isEqualTo(OptionalLong.of(4096));
    assertThat(group.outOfMemoryKills()).isEqualTo(OptionalLong.of(5));
    assertThat(group.cpuSeconds()).isEqualTo(OptionalDouble.of(1.5));
  }

  /** Inside a container its own group is mounted, under the host's name for it. */
  @Test
  void findsTheGroupThatIsMountedItself() throws Exception {
    write("proc/cgroup", "9:memory:/docker/abc\n");
    write("proc/mountinfo", "35 31 0:32 /docker/abc /cg rw - cgroup cgroup rw,memory\n");
    write("cg/memory.limit_in_bytes", "4096\n");

    assertThat(group().memoryLimit()).isEqualTo(OptionalLong.of(4096));
  }

  @Test
  void knowsNothingWhereNothingIsShown() throws Exception {
    write("proc/cgroup", "9:memory:/../../etc\nnonsense\n");
    write("proc/mountinfo", "nonsense\n\n - \n35 31 0:32 / /cg rw - cgroup cgroup rw,memory\n");

    ControlGroup group = group();

    assertThat(group.memoryUsed()).isEmpty();
    assertThat(group.memoryLimit()).isEmpty();
    assertThat(group.outOfMemoryKills()).isEmpty();
    assertThat(group.cpuSeconds()).isEmpty();
  }

  private ControlGroup group() {
    return ControlGroup.of(root.resolve("proc"), root);
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
