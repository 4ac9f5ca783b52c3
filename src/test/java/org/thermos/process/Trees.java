package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Processes that are hard to kill, from src/test/c/trees.c, and whether any of them is alive. */
final class Trees {
  /** Long enough for thousands of forks of what would still be there. */
  private static final Duration SILENCE = Duration.ofMillis(200);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path program;
  private final String mark;
  private final Path heartbeat;

  /**
   * @param sandbox where their heartbeat is; whatever has this path in its environment is one of
   *     them
   */
  Trees(Path sandbox) throws IOException, InterruptedException {
    program = build();
    mark = "TREES_MARK=" + sandbox;
    heartbeat = sandbox.resolve("heartbeat");
  }

  private static synchronized Path build() throws IOException, InterruptedException {
    Path binary = Path.of("target", "test-native", "trees").toAbsolutePath();
    Path source = Path.of("src/test/c/trees.c");
    if (Files.exists(binary)
        && Files.getLastModifiedTime(binary).compareTo(Files.getLastModifiedTime(source)) > 0) {
      return binary;
    }
    Files.createDirectories(binary.getParent());
    Process compiler =
        new ProcessBuilder(
                "cc",
                "-std=c11",
                "-D_GNU_SOURCE",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-O1",
                "-pthread",
                "-o",
                binary.toString(),
                source.toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
    return binary;
  }

  /** The command line of one kind. */
  String command(String kind) {
    return program + " " + kind + " " + heartbeat;
  }

  void mark(Map<String, String> environment) {
    int equals = mark.indexOf('=');
    environment.put(mark.substring(0, equals), mark.substring(equals + 1));
  }

  boolean haveBegun() throws IOException {
    return beats() >= 5;
  }

  void awaitHeartbeat() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!haveBegun()) {
      assertThat(System.nanoTime()).as("waited in vain for " + heartbeat).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private long beats() throws IOException {
    if (!Files.exists(heartbeat) || Files.size(heartbeat) == 0) {
      return 0;
    }
    byte[] bytes = Files.readAllBytes(heartbeat);
    return new String(bytes, StandardCharsets.ISO_8859_1).equals("ready\n")
        ? Long.MAX_VALUE
        : ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong();
  }

  /** Those that forked while the processes were listed betray themselves by their heart. */
  void assertNothingLives() throws IOException {
    List<String> alive = alive();
    long before = beats();
    long end = System.nanoTime() + SILENCE.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(SILENCE.toNanos());
    }
    assertThat(alive).isEmpty();
    assertThat(beats()).isEqualTo(before);
  }

  /**
   * Waits for all of them to be gone, sooner than they would end by themselves, and forgets them.
   */
  void awaitSilence() throws IOException {
    awaitEnd();
    Files.delete(heartbeat);
  }

  /** Waits for all of them to be gone, sooner than they would end by themselves. */
  void awaitEnd() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos() / 4;
    for (List<String> alive = alive(); !alive.isEmpty(); alive = alive()) {
      assertThat(System.nanoTime()).as("still alive: " + alive).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Their entries in /proc. */
  List<String> alive() throws IOException {
    List<String> found = new ArrayList<>();
    for (ProcessEntry entry : new ProcessTable().all()) {
      Path directory = Path.of("/proc/" + entry.pid());
      boolean ours =
          (entry.name().equals("trees") && !isElsewhere(directory)) || isMarked(directory);
      if (ours && hasLivingThread(directory)) {
        found.add(entry.toString());
      }
    }
    return found;
  }

  /** One of another run of the tests. While it executes a program or ends, nothing tells that. */
  private boolean isElsewhere(Path directory) {
    try {
      String command = Files.readString(directory.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      return !command.isEmpty() && !command.contains(heartbeat.toString());
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isMarked(Path directory) {
    try {
      return Files.readString(directory.resolve("environ"), StandardCharsets.ISO_8859_1)
          .contains(mark);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean hasLivingThread(Path directory) {
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(directory.resolve("task"))) {
      for (Path task : tasks) {
        String stat = Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
        if ("ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0) {
          return true;
        }
      }
    } catch (IOException | RuntimeException e) {
      return false; // It has just ended.
    }
    return false;
  }
}
