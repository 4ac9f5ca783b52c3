package org.thermos.process;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files to be executed, written by another process: whatever this JVM forks while it writes one has
 * it open too for a moment, and so long the kernel executes it for nobody (ETXTBSY).
 */
public final class Executables {
  private Executables() {}

  /** A shell script, in place of what was there. */
  public static Path script(Path file, String... lines) throws IOException {
    Path draft = file.resolveSibling("." + file.getFileName() + ".draft");
    Files.writeString(draft, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    try {
      return copy(draft, file);
    } finally {
      Files.delete(draft);
    }
  }

  /** A copy of another one. */
  public static Path copy(Path original, Path file) throws IOException {
    Process install =
        new ProcessBuilder("install", "--mode=755", original.toString(), file.toString())
            .inheritIO()
            .start();
    try {
      if (install.waitFor() != 0) {
        throw new IOException("unable to install " + file);
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted installing " + file);
    }
    return file;
  }
}
