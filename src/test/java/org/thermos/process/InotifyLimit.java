package org.thermos.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A limit of inotify instances that nobody else feels: that of a user namespace in which a program
 * is started, as the same user.
 */
public final class InotifyLimit {
  private static final String FILE = "/proc/sys/user/max_inotify_instances";

  private InotifyLimit() {}

  /** Put before a command, which then keeps its pid: it gets no instance. */
  public static List<String> none() throws Exception {
    List<String> command =
        List.of(
            "unshare",
            "--map-current-user",
            "--keep-caps",
            "sh",
            "-c",
            "echo 0 > " + FILE + " && exec \"$@\"",
            "sh");
    Process probe =
        new ProcessBuilder(Stream.concat(command.stream(), Stream.of("true")).toList()).start();
    assumeTrue(probe.waitFor() == 0, "skipped: user namespaces are not to be had here");
    return command;
  }

  /** From now on what was started so gets as many as it asks for. */
  static void lift(int pid) throws Exception {
    assumeTrue(
        Accounts.currentUid() == 0,
        "skipped: a plain user who joins a user namespace has no capabilities in it");
    Process lift =
        new ProcessBuilder(
                "nsenter",
                "--user",
                "--preserve-credentials",
                "--target=" + pid,
                "sh",
                "-c",
                "echo 100 > " + FILE)
            .inheritIO()
            .start();
    if (lift.waitFor() != 0) {
      throw new IOException("unable to lift the limit of " + pid);
    }
  }

  /** How many instances a process has. */
  public static long instancesOf(int pid) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return descriptors.filter(InotifyLimit::isInstance).count();
    }
  }

  private static boolean isInstance(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().equals("anon_inode:inotify");
    } catch (NoSuchFileException e) {
      return false; // It was open only while they were listed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
