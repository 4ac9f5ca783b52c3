package org.thermos.resources;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The container as the kernel accounts for it: the control group, version 2 or 1, of a process.
 * What the kernel or the mounts do not show is empty, never an error. Any thread; reads files when
 * asked.
 */
public final class ControlGroup {
  private static final int MAX_BYTES = 64 << 10;

  /** Version 1 writes "no limit" as the largest multiple of a page. */
  private static final long UNLIMITED = Long.MAX_VALUE / 2;

  private final Optional<Hierarchy> memory;
  private final Optional<Hierarchy> cpu;

  private ControlGroup(Optional<Hierarchy> memory, Optional<Hierarchy> cpu) {
    this.memory = memory;
    this.cpu = cpu;
  }

  /** The one that this JVM, and so what it runs, is in. */
  public static ControlGroup own() {
    return of(Path.of("/proc/self"), Path.of("/"));
  }

  /**
   * @param process the directory of a process in /proc
   * @param root what mount points are looked up below
   */
  static ControlGroup of(Path process, Path root) {
    List<String> groups = lines(process.resolve("cgroup"));
    List<String> mounts = lines(process.resolve("mountinfo"));
    return new ControlGroup(
        Hierarchy.find("memory", groups, mounts, root),
        Hierarchy.find("cpuacct", groups, mounts, root));
  }

  /** Bytes. */
  public OptionalLong memoryUsed() {
    return memoryNumber("memory.current", "memory.usage_in_bytes");
  }

  /** The most it ever used, in bytes. */
  public OptionalLong memoryPeak() {
    return memoryNumber("memory.peak", "memory.max_usage_in_bytes");
  }

  /** Bytes: the least of what this group and those above it may use; empty if there is no limit. */
  public OptionalLong memoryLimit() {
    long least = UNLIMITED;
    if (memory.isPresent()) {
      Hierarchy hierarchy = memory.get();
      String file = hierarchy.unified() ? "memory.max" : "memory.limit_in_bytes";
      for (Path group = hierarchy.group();
          group.startsWith(hierarchy.mount());
          group = group.getParent()) {
        least = Math.min(least, number(text(group.resolve(file))).orElse(UNLIMITED));
      }
    }
    return least < UNLIMITED ? OptionalLong.of(least) : OptionalLong.empty();
  }

  /** How many processes were killed for lack of memory, in all its life. */
  public OptionalLong outOfMemoryKills() {
    return memory.isEmpty()
        ? OptionalLong.empty()
        : field(
            memory.get(),
            memory.get().unified() ? "memory.events" : "memory.oom_control",
            "oom_kill");
  }

  /** CPU seconds, of all that ever ran in it. */
  public OptionalDouble cpuSeconds() {
    if (cpu.isEmpty()) {
      return OptionalDouble.empty();
    }
    OptionalLong used =
        cpu.get().unified()
            ? field(cpu.get(), "cpu.stat", "usage_usec")
            : number(text(cpu.get().group().resolve("cpuacct.usage")));
    double unit = cpu.get().unified() ? 1e6 : 1e9;
    return used.isPresent() ? OptionalDouble.of(used.getAsLong() / unit) : OptionalDouble.empty();
  }

  /** The directory that says what memory is used; for tests. */
  Optional<Path> memoryGroup() {
    return memory.map(Hierarchy::group);
  }

  private OptionalLong memoryNumber(String unifiedName, String name) {
    return memory
        .map(at -> number(text(at.group().resolve(at.unified() ? unifiedName : name))))
        .orElse(OptionalLong.empty());
  }

  private static OptionalLong field(Hierarchy hierarchy, String file, String key) {
    return lines(hierarchy.group().resolve(file)).stream()
        .filter(line -> line.startsWith(key + " "))
        .findFirst()
        .map(line -> number(line.substring(key.length() + 1)))
        .orElse(OptionalLong.empty());
  }

  private static OptionalLong number(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // "max", or a file that is not there.
    }
  }

  private static List<String> lines(Path file) {
    return text(file).lines().toList();
  }

  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Where a controller's group is.
   *
   * @param unified whether it is of version 2
   */
  private record Hierarchy(Path mount, Path group, boolean unified) {
    /** In version 1 if the controller is there, since it can only be in one of them. */
    static Optional<Hierarchy> find(
        String controller, List<String> groups, List<String> mounts, Path root) {
      for (String line : groups) {
        String[] fields = line.split(":", 3);
        if (fields.length == 3 && List.of(fields[1].split(",")).contains(controller)) {
          return at(fields[2], "cgroup", controller, mounts, root);
        }
      }
      return groups.stream()
          .filter(line -> line.startsWith("0::"))
          .findFirst()
          .flatMap(line -> at(line.substring(3), "cgroup2", "", mounts, root));
    }

    private static Optional<Hierarchy> at(
        String group, String type, String option, List<String> mounts, Path root) {
      for (String line : mounts) {
        int dash = line.indexOf(" - ");
        String[] fields = line.split(" ", -1);
        String[] system = dash < 0 ? new String[0] : line.substring(dash + 3).split(" ", -1);
        if (fields.length < 5
            || system.length < 3
            || !system[0].equals(type)
            || !(option.isEmpty() || List.of(system[2].split(",")).contains(option))) {
          continue;
        }
        Path mount = root.resolve(fields[4].substring(1));
        return Optional.of(
            new Hierarchy(mount, mount.resolve(below(fields[3], group)), type.equals("cgroup2")));
      }
      return Optional.empty();
    }

    /** What a container sees mounted may be its own group, under the name that the host knows. */
    private static String below(String mounted, String group) {
      Path top = Path.of(mounted);
      Path path = Path.of(group).normalize();
      return path.startsWith(top) ? top.relativize(path).toString() : "";
    }
  }
}
