package org.thermos.executor;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.thermos.executor.SandboxFile.Source;
import org.thermos.executor.SandboxFile.Unpacking;
import org.thermos.process.Account;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandResult.Ended;
import org.thermos.process.CommandResult.NotRun;
import org.thermos.process.CommandResult.TimedOut;
import org.thermos.process.CommandRunner;
import org.thermos.process.CommandSpec;

/**
 * Puts files into a sandbox before its task starts.
 *
 * <p>All that can be done as the task's account is: copying local files, which it must be able to
 * read, moving into place, unpacking. What is left to an executor that may be root is to write a
 * download into a new file of the sandbox, which is reached by descriptors alone, so that no link
 * leads it elsewhere.
 */
final class SandboxFetcher {
  private static final String STAGED = ".thermos-fetch";
  private static final String INTERRUPTED = "its task is over";
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** Arguments: where it is, where it goes, how, executable or not, unpacking. */
  private static final String SCRIPT =
      """
      set -e
      mkdir -p -- "$(dirname -- "$2")"
      rm -f -- "$2"
      case $3 in move) mv -- "$1" "$2";; *) cp -- "$1" "$2";; esac
      if [ "$4" = executable ]; then chmod a+rx -- "$2"; fi
      case $5 in
        TAR) tar --no-same-owner -xf "$2";;
        ZIP) unzip -o -q "$2";;
        GZIP) rm -f -- "${2%.gz}"; gzip -d -c -- "$2" > "${2%.gz}";;
      esac
      """;

  private final CommandRunner commands;
  private final Path sandbox;
  private final Optional<Account> account;
  private final String path;
  private final long maximumBytes;
  private final LongSupplier nanoTime;

  /**
   * @param sandbox existing, and the account's
   * @param account empty: the executor's own
   * @param path where programs are looked up
   * @param maximumBytes of one download
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  SandboxFetcher(
      CommandRunner commands,
      Path sandbox,
      Optional<Account> account,
      String path,
      long maximumBytes,
      LongSupplier nanoTime) {
    this.commands = commands;
    this.sandbox = sandbox;
    this.account = account;
    this.path = path;
    this.maximumBytes = maximumBytes;
    this.nanoTime = nanoTime;
  }

  /**
   * Fetches them one after the other. Blocks until its thread is interrupted; never on the loop's
   * thread, which the commands need.
   *
   * @param bound for all of them together
   */
  void fetch(List<SandboxFile> files, Duration bound) throws FetchException {
    long end = nanoTime.getAsLong() + bound.toNanos();
    for (SandboxFile file : files) {
      if (Thread.currentThread().isInterrupted()) {
        throw new FetchException(file.shown(), INTERRUPTED);
      }
      fetch(file, end);
    }
  }

  private void fetch(SandboxFile file, long end) throws FetchException {
    refuseLinks(file);
    if (file.source() instanceof Source.Local local) {
      place(file, local.path().toString(), "copy", end);
      return;
    }
    URI uri = ((Source.Remote) file.source()).uri();
    try (SecureDirectoryStream<Path> directory = openSandbox()) {
      Path staged = Path.of(STAGED);
      try {
        download(uri, directory, staged, end);
        place(file, "./" + STAGED, "move", end);
      } finally {
        deleteIfThere(directory, staged);
      }
    } catch (IOException e) {
      throw new FetchException(file.shown(), Causes.text(e));
    }
  }

  /**
   * Earlier files may have brought some. Who still makes any now has the account's rights alone.
   */
  private void refuseLinks(SandboxFile file) throws FetchException {
    for (int depth = 1; depth <= file.output().getNameCount(); depth++) {
      Path part = file.output().subpath(0, depth);
      if (Files.isSymbolicLink(sandbox.resolve(part))) {
        throw new FetchException(
            file.shown(), part + " is a symbolic link, which might lead out of the sandbox");
      }
    }
  }

  private SecureDirectoryStream<Path> openSandbox() throws IOException {
    try (DirectoryStream<Path> parent = Files.newDirectoryStream(sandbox.getParent())) {
      if (parent instanceof SecureDirectoryStream<Path> secure) {
        return secure.newDirectoryStream(sandbox.getFileName(), LinkOption.NOFOLLOW_LINKS);
      }
      throw new IOException("this system cannot open files below a directory safely");
    }
  }

  private void download(URI uri, SecureDirectoryStream<Path> directory, Path staged, long end)
      throws IOException {
    deleteIfThere(directory, staged);
    try (SeekableByteChannel file =
        directory.newByteChannel(
            staged,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")))) {
      if (account.isPresent()) {
        give(sandbox.toRealPath().resolve(staged), account.get());
      }
      new HttpDownload(maximumBytes, left(end)).into(uri, file);
    }
  }

  private Duration left(long end) {
    return Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong()));
  }

  /**
   * By the open file itself: an account's other processes can have put a pipe, or another's file,
   * in its place by now.
   */
  private void give(Path staged, Account account) throws IOException {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path descriptor : descriptors) {
        if (isOf(descriptor, staged)) {
          Files.setAttribute(descriptor, "unix:gid", account.gid());
          Files.setAttribute(descriptor, "unix:uid", account.uid());
          return;
        }
      }
    }
    throw new IOException("somebody took its file away");
  }

  private static boolean isOf(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException e) {
      return false; // Closed meanwhile, as descriptors of other threads are.
    }
  }

  private static void deleteIfThere(SecureDirectoryStream<Path> directory, Path file)
      throws IOException {
    try {
      directory.deleteFile(file);
    } catch (NoSuchFileException e) {
      // It was moved, or never made.
    }
  }

  private void place(SandboxFile file, String from, String how, long end) throws FetchException {
    CommandSpec spec =
        new CommandSpec(
            List.of(
                "/bin/sh",
                "-c",
                SCRIPT,
                "thermos-fetch",
                from,
                "./" + file.output(),
                how,
                file.executable() ? "executable" : "plain",
                file.unpacking().map(Unpacking::name).orElse("NONE")),
            Map.of("PATH", path, "LC_ALL", "C"),
            Optional.of(sandbox),
            account,
            left(end));
    CommandResult result = result(file, commands.run(spec));
    if (result instanceof NotRun not) {
      throw new FetchException(file.shown(), not.reason());
    }
    if (result instanceof TimedOut) {
      throw new FetchException(file.shown(), "it takes too long");
    }
    Ended ended = (Ended) result;
    if (ended.status().returnCode() != 0) {
      String output = Causes.line(ended.output());
      throw new FetchException(
          file.shown(), output.isEmpty() ? "it ended with " + ended.status().returnCode() : output);
    }
  }

  private static CommandResult result(SandboxFile file, CompletableFuture<CommandResult> command)
      throws FetchException {
    try {
      return command.get();
    } catch (InterruptedException e) {
      command.cancel(true);
      Thread.currentThread().interrupt();
      throw new FetchException(file.shown(), INTERRUPTED);
    } catch (ExecutionException e) {
      throw new FetchException(file.shown(), Causes.text(e.getCause()));
    }
  }
}
