package org.thermos.sandbox;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.thermos.log.ErrorText;
import org.thermos.process.Account;
import org.thermos.process.Accounts;
import org.thermos.process.UnknownUserException;

/**
 * A plain directory, {@code sandbox} in the executor's own (executor 6.6).
 *
 * <p>What the agent fetched may have put anything there. So symbolic links are never followed: an
 * executor that is root must not be made to give away what a link leads to.
 *
 * @param owner whom it is given to, and the executor's directory with it; empty: it stays as made
 */
record DirectorySandbox(Path directory, Optional<String> owner) implements Sandbox {
  private static final int OWNER_ONLY = 0700;

  @Override
  public Path root() {
    return directory.resolve("sandbox");
  }

  @Override
  public void create() throws SandboxException {
    make();
    giveToOwner();
  }

  void make() throws SandboxException {
    try {
      Files.createDirectory(root());
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(root(), LinkOption.NOFOLLOW_LINKS)) {
        throw failed(new IOException(root() + " exists and is no directory", e));
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static SandboxException failed(IOException e) {
    return new SandboxException("Failed to create the sandbox: " + ErrorText.of(e), e);
  }

  void giveToOwner() throws SandboxException {
    if (owner.isPresent()) {
      giveTo(account());
    }
  }

  /** That of the owner, who must be set. */
  Account account() throws SandboxException {
    String name = owner.orElseThrow();
    try {
      return new Accounts().named(name);
    } catch (UnknownUserException e) {
      throw new SandboxException(
          "Could not create sandbox because user does not exist: " + name, e);
    }
  }

  private void giveTo(Account account) throws SandboxException {
    try {
      Files.setAttribute(root(), "unix:mode", OWNER_ONLY, LinkOption.NOFOLLOW_LINKS);
      giveTo(account, root());
      // Its directory too: since Mesos 1.6 it is closed to others (MESOS-8332). And that last: who
      // has it can put something else in the place of the sandbox.
      giveTo(account, directory);
    } catch (IOException e) {
      throw new SandboxException("Failed to chown/chmod the sandbox: " + ErrorText.of(e), e);
    }
  }

  private static void giveTo(Account account, Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(path + " is no directory");
    }
    if (!owns(account, path)) {
      Files.setAttribute(path, "unix:gid", account.gid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:uid", account.uid(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static boolean owns(Account account, Path path) throws IOException {
    return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(account.uid())
        && Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS).equals(account.gid());
  }
}
