package org.thermos.resources;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What /proc/PID/stat tells of a process' usage; the process table of org.thermos.process tells
 * whose it is.
 *
 * @param userTicks of 1/100 s
 * @param rss pages
 */
record ProcStat(
    int pid,
    int parent,
    char state,
    long userTicks,
    long systemTicks,
    int nice,
    int threads,
    long startTicks,
    long virtualBytes,
    long rss) {
  static final double TICKS_PER_SECOND = 100;

  private static final int LONG_PAIR = 16;
  private static final long AT_PAGESZ = 6;
  private static final long USUAL_PAGE = 4096;

  /** All that can be seen; who vanishes meanwhile is left out. */
  static Map<Integer, ProcStat> all(Path proc) throws IOException {
    Map<Integer, ProcStat> found = new HashMap<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(proc, "[1-9]*")) {
      for (Path directory : directories) {
        read(directory).ifPresent(stat -> found.put(stat.pid, stat));
      }
    }
    return found;
  }

  private static Optional<ProcStat> read(Path directory) {
    try {
      String text = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
      // The program's name, in parentheses, may hold anything.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of(
          new ProcStat(
              Integer.parseInt(directory.getFileName().toString()),
              Integer.parseInt(fields[1]),
              fields[0].charAt(0),
              Long.parseLong(fields[11]),
              Long.parseLong(fields[12]),
              Integer.parseInt(fields[16]),
              Integer.parseInt(fields[17]),
              Long.parseLong(fields[19]),
              Long.parseLong(fields[20]),
              Long.parseLong(fields[21])));
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // It has just ended, or is not for us to see.
    }
  }

  long ticks() {
    return userTicks + systemTicks;
  }

  /** As psutil calls it. */
  String status() {
    return switch (state) {
      case 'R' -> "running";
      case 'S' -> "sleeping";
      case 'D' -> "disk-sleep";
      case 'T' -> "stopped";
      case 't' -> "tracing-stop";
      case 'Z' -> "zombie";
      case 'X' -> "dead";
      case 'I' -> "idle";
      default -> "None";
    };
  }

  /** Bytes of a page, as the kernel told this very process. */
  static long pageSize() {
    try {
      ByteBuffer pairs =
          ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
              .order(ByteOrder.nativeOrder());
      while (pairs.remaining() >= LONG_PAIR) {
        long key = pairs.getLong();
        long value = pairs.getLong();
        if (key == AT_PAGESZ) {
          return value;
        }
      }
    } catch (IOException e) {
      return USUAL_PAGE;
    }
    return USUAL_PAGE;
  }
}
