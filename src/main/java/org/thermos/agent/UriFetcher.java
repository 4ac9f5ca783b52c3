package org.thermos.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.apache.mesos.Protos.CommandInfo;

/**
 * Puts a command's URIs into the sandbox. This agent takes local files only: no download, no
 * unpacking.
 */
final class UriFetcher {
  private static final String FILE_SCHEME = "file://";

  private UriFetcher() {}

  /**
   * @throws IOException with the URI and what is wrong with it
   */
  static void fetch(CommandInfo command, Path sandbox) throws IOException {
    for (CommandInfo.URI uri : command.getUrisList()) {
      fetch(uri, sandbox);
    }
  }

  private static void fetch(CommandInfo.URI uri, Path sandbox) throws IOException {
    String value = uri.getValue();
    String path = value.startsWith(FILE_SCHEME) ? value.substring(FILE_SCHEME.length()) : value;
    if (!path.startsWith("/")) {
      throw new IOException("Failed to fetch '" + value + "': only local files can be fetched");
    }
    Path source = Path.of(path);
    Path target =
        sandbox
            .resolve(uri.hasOutputFile() ? uri.getOutputFile() : source.getFileName().toString())
            .normalize();
    if (!target.startsWith(sandbox) || target.equals(sandbox)) {
      throw new IOException("Failed to fetch '" + value + "': its output is not in the sandbox");
    }
    try {
      Files.createDirectories(target.getParent());
      Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
      if (uri.getExecutable()) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(target);
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        permissions.add(PosixFilePermission.GROUP_EXECUTE);
        permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        Files.setPosixFilePermissions(target, permissions);
      }
    } catch (IOException e) {
      throw new IOException("Failed to fetch '" + value + "': " + e, e);
    }
  }
}
