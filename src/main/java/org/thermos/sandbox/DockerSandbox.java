package org.thermos.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.thermos.log.ErrorText;

/**
 * The sandbox of an executor that is inside the task's Docker container (executor 6.6). Docker
 * mounts the agent's directory at {@code MESOS_SANDBOX}; that it can be reached under the name it
 * has on the host as well, where everybody else looks for it, takes a link.
 */
record DockerSandbox(Path directory, Path mesosSandbox) implements Sandbox {
  private static final int READABLE_BY_ALL = 0755;

  @Override
  public Path root() {
    return directory.resolve("sandbox");
  }

  @Override
  public void create() throws SandboxException {
    try {
      Path parent = directory.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createSymbolicLink(directory, mesosSandbox);
      // The task's own account, whichever it is, must be able to enter.
      Files.setAttribute(mesosSandbox, "unix:mode", READABLE_BY_ALL, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new SandboxException("Failed to create the sandbox root: " + ErrorText.of(e), e);
    }
    new DirectorySandbox(directory, Optional.empty()).create();
  }
}
