package org.thermos.executor;

import java.nio.file.Path;
import java.util.Optional;
import org.thermos.config.Assignment.ContainerKind;

/** Where a task works (executor 6.6). Nobody but the agent ever removes it. */
sealed interface Sandbox permits DirectorySandbox, UnsupportedSandbox {

  /** On the host. */
  Path root();

  /** As the task's processes see it. */
  default Path containerRoot() {
    return root();
  }

  /** Makes it; one that exists is taken as it is. */
  void create() throws SandboxException;

  /**
   * The sandbox for a kind of container.
   *
   * @param directory the executor's own directory, as the agent made it
   * @param owner the account it is to belong to
   */
  static Sandbox of(ContainerKind container, Path directory, Optional<String> owner) {
    return switch (container) {
      case NONE -> new DirectorySandbox(directory, owner);
      case DOCKER -> new UnsupportedSandbox(directory, "in a Docker container");
      case IMAGE -> new UnsupportedSandbox(directory, "in a file system image");
    };
  }
}
