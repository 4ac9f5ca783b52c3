package org.thermos.sandbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.thermos.process.Executables;

/** An image as busybox's own: no shadow tools, no getent, hardly any accounts. */
public final class BusyboxImage {
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private BusyboxImage() {}

  /** Makes the image's root directory and what is in it. */
  public static void make(Path root) throws IOException {
    assumeTrue(Files.isExecutable(BUSYBOX), "needs " + BUSYBOX + " (package busybox-static)");
    for (String directory : new String[] {"bin", "etc", "proc", "tmp"}) {
      Files.createDirectories(root.resolve(directory));
    }
    Executables.copy(BUSYBOX, root.resolve("bin/busybox"));
    for (String applet : new String[] {"sh", "id", "cat", "ls", "test", "sleep"}) {
      Files.createSymbolicLink(root.resolve("bin/" + applet), Path.of("busybox"));
    }
    Executables.script(root.resolve("bin/bash"), "exec /bin/busybox sh \"$@\"");
    Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
  }

  /** Removes links, of which some lead out of a test's directory: JUnit warns of such. */
  public static void removeLinks(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }
}
