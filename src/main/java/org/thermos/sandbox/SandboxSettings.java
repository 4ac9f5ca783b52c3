package org.thermos.sandbox;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.thermos.process.CommandRunner;

/**
 * What all sandboxes of an executor have in common (executor 6.2, 6.6).
 *
 * @param mountPoint where the sandbox is inside a filesystem image
 * @param containerizer the program that starts processes inside a filesystem image
 * @param createUser whether the sandbox' owner is entered into a filesystem image
 * @param volumes container paths of the executor's volumes; below {@code MESOS_DIRECTORY} if
 *     relative
 * @param commands runs {@code mount}
 */
public record SandboxSettings(
    AccountPolicy accounts,
    Optional<String> mountPoint,
    Optional<String> containerizer,
    boolean createUser,
    List<String> volumes,
    CommandRunner commands) {
  private static final String PREFIX = "Failed to initialize FileSystemImageSandbox: ";

  public SandboxSettings {
    mountPoint = mountPoint.filter(text -> !text.isBlank());
    containerizer = containerizer.filter(text -> !text.isBlank());
    volumes = List.copyOf(volumes);
  }

  Path requireMountPoint() throws SandboxException {
    String text =
        mountPoint.orElseThrow(
            () -> new SandboxException(PREFIX + "no value specified for sandbox_mount_point"));
    try {
      Path path = Path.of(text).normalize();
      if (path.isAbsolute() && path.getNameCount() > 0) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new SandboxException(PREFIX + "cannot use sandbox_mount_point " + text, e);
    }
    throw new SandboxException(
        PREFIX
            + "cannot use sandbox_mount_point "
            + text
            + ": give an absolute path other than /, as in /mnt/mesos/sandbox");
  }
}
