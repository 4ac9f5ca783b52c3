package org.thermos.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where thermos-native is: the system property {@code thermos.native}, else beside the classes,
 * else taken out of the jar into a private temporary file.
 */
public final class NativeBinary {
  private NativeBinary() {}

  public static Path locate() throws IOException {
    String property = System.getProperty("thermos.native");
    if (property != null) {
      return Path.of(property);
    }
    String name = "/native/linux-" + machine() + "/thermos-native";
    URL resource = NativeBinary.class.getResource(name);
    if (resource == null) {
      throw new IOException(
          "unable to find "
              + name
              + ": build it with scripts/build-native on this kind of machine");
    }
    try {
      return resource.getProtocol().equals("file") ? Path.of(resource.toURI()) : extract(resource);
    } catch (URISyntaxException e) {
      throw new IOException("unable to use " + resource, e);
    }
  }

  /** As uname -m calls it. */
  private static String machine() {
    String architecture = System.getProperty("os.arch");
    return architecture.equals("amd64") ? "x86_64" : architecture;
  }

  private static Path extract(URL resource) throws IOException {
    Path directory = Files.createTempDirectory("thermos-native");
    Path binary = directory.resolve("thermos-native");
    // In reverse order at exit.
    directory.toFile().deleteOnExit();
    binary.toFile().deleteOnExit();
    try (InputStream in = resource.openStream()) {
      Files.copy(in, binary);
    }
    Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwx------"));
    return binary;
  }
}
