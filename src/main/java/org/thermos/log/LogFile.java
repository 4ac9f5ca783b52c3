package org.thermos.log;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/**
 * A program's own log: one line an event, capped. When the file reaches its limit it becomes {@code
 * NAME.1}, replacing the one before, so that the two never hold more than twice the limit. A log
 * that cannot be written, or is a symbolic link, goes to standard error: losing a line of log must
 * never stop a task. Thread-safe.
 */
public final class LogFile implements Log, Closeable {
  private final Path file;
  private final long limitBytes;
  private final Clock clock;
  private OutputStream out;
  private long size;

  private LogFile(Path file, long limitBytes, Clock clock) {
    this.file = file;
    this.limitBytes = limitBytes;
    this.clock = clock;
  }

  /**
   * Opens the log for appending, creating its directory.
   *
   * @param limitBytes size at which the file is moved away
   */
  public static LogFile open(Path file, long limitBytes, Clock clock) {
    LogFile log = new LogFile(file, limitBytes, clock);
    log.reopen();
    return log;
  }

  @Override
  public synchronized void info(String message) {
    write("INFO", message);
  }

  @Override
  public synchronized void error(String message) {
    write("ERROR", message);
  }

  private void write(String level, String message) {
    String line =
        clock.instant().truncatedTo(ChronoUnit.MILLIS)
            + " "
            + level
            + " "
            + message.replace("\n", "\\n")
            + "\n";
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    try {
      if (size + bytes.length > limitBytes && size > 0) {
        out.close();
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
        reopen();
      }
      out.write(bytes);
      size += bytes.length;
    } catch (IOException e) {
      useStandardError(e);
    }
  }

  private void reopen() {
    try {
      Files.createDirectories(file.getParent());
      // Whoever may write to the directory could make the name lead elsewhere.
      out =
          Files.newOutputStream(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND,
              LinkOption.NOFOLLOW_LINKS);
      size = Files.size(file);
    } catch (IOException e) {
      useStandardError(e);
    }
  }

  private void useStandardError(IOException cause) {
    out = new FileOutputStream(FileDescriptor.err);
    size = Long.MIN_VALUE; // Never moved away.
    System.err.println(
        "cannot write the log "
            + file
            + ": "
            + ErrorText.of(cause)
            + "; logging to standard error");
  }

  @Override
  public synchronized void close() throws IOException {
    if (size >= 0) {
      out.close();
    }
  }
}
