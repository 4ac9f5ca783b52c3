package org.thermos.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why the file system refused, in words: the JDK's exceptions often have but the file's name. */
final class FileErrors {
  private FileErrors() {}

  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException refusal && refusal.getReason() != null) {
      return refusal.getReason();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
