package org.thermos.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel says of this process, read when asked; NaN if it does not say.
 *
 * @param proc its directory in /proc
 */
public record OwnProcess(Path proc) {
  private static final double KIBIBYTE = 1024;

  public static OwnProcess here() {
    return new OwnProcess(Path.of("/proc/self"));
  }

  /**
   * Memory in bytes.
   *
   * @param field as smaps_rollup calls it: Rss, Pss, Anonymous
   */
  public double memory(String field) {
    return read("smaps_rollup")
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * KIBIBYTE)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** 1 if whoever started it has died, so that init is its parent, else 0. */
  public double orphan() {
    String stat = read("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
    return fields.length < 2 ? Double.NaN : fields[1].equals("1") ? 1 : 0;
  }

  /** Seconds of CPU time used so far, by user and system. */
  public double cpu() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(time -> time.toNanos() / 1e9)
        .orElse(Double.NaN);
  }

  private String read(String file) {
    try {
      return Files.readString(proc.resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
