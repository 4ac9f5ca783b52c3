package org.thermos.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.thermos.config.Assignment.ContainerKind;

/** Where a task works (executor 6.6). Nobody but the agent ever removes it. */
public sealed interface Sandbox permits DirectorySandbox, DockerSandbox, ImageSandbox {

  /** On the host. */
  Path root();

  /** As the task's processes see it. */
  default Path containerRoot() {
    return root();
  }

  /**
   * Makes it. May wait for programs, each for a minute at most.
   *
   * @throws SandboxException in the original's words
   * @throws IOException for what the original calls unknown: a program that fails, say
   */
  void create() throws SandboxException, IOException;

  /**
   * The sandbox for a kind of container.
   *
   * @param directory {@code MESOS_DIRECTORY}
   * @param mesosSandbox {@code MESOS_SANDBOX}
   * @param owner the account it is to belong to
   * @throws SandboxException if the settings do not allow for one
   */
  static Sandbox of(
      ContainerKind container,
      Path directory,
      Path mesosSandbox,
      Optional<String> owner,
      SandboxSettings settings)
      throws SandboxException {
    return switch (container) {
      case NONE -> new DirectorySandbox(directory, owner);
      case DOCKER -> new DockerSandbox(directory, mesosSandbox);
      case IMAGE ->
          new ImageSandbox(
              new DirectorySandbox(directory, owner),
              settings.requireMountPoint(),
              settings.createUser(),
              settings.volumes(),
              new Commands(settings.commands()));
    };
  }
}
