package org.thermos.mesos;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.MesosExecutorDriver;

/** libmesos, looked for where Mesos's Java binding does. Loads nothing before it is asked to. */
final class NativeLibrary {

  private static final String VARIABLE = "MESOS_NATIVE_JAVA_LIBRARY";

  private final Optional<String> configured;
  private final Optional<Path> location;

  private NativeLibrary(Optional<String> configured, Optional<Path> location) {
    this.configured = configured;
    this.location = location;
  }

  static NativeLibrary of(Map<String, String> environment, String libraryPath) {
    Optional<String> configured =
        Optional.ofNullable(environment.get(VARIABLE))
            .or(() -> Optional.ofNullable(environment.get("MESOS_NATIVE_LIBRARY")));
    Optional<Path> location =
        configured.isPresent()
            ? configured.map(Path::of).filter(Files::isRegularFile)
            : find(libraryPath);
    return new NativeLibrary(configured, location);
  }

  private static Optional<Path> find(String libraryPath) {
    for (String folder : libraryPath.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder, System.mapLibraryName("mesos"));
      if (!folder.isEmpty() && Files.isRegularFile(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** Where it is, if there is one. */
  Optional<Path> location() {
    return location;
  }

  /** Loads the library and makes its driver. */
  ExecutorDriver driver(Executor executor) throws DriverUnavailableException {
    Path library = location.orElse(null);
    if (library == null) {
      throw unavailable(
          configured
              .map(path -> VARIABLE + "=" + path + " is not a file")
              .orElse(VARIABLE + " is not set and java.library.path has no libmesos"));
    }
    if (!isElf(library)) {
      // The JVM would add warnings of its own about such a file.
      throw unavailable(library + " is not a library of this system");
    }
    try {
      // Loaded first by ourselves: the binding's own attempt would print to stderr when it fails.
      System.load(library.toAbsolutePath().toString());
      return Binding.driver(executor);
    } catch (LinkageError e) {
      throw unavailable(library + " cannot be loaded (" + firstLine(e) + ")");
    }
  }

  private static boolean isElf(Path file) throws DriverUnavailableException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(4), new byte[] {0x7f, 'E', 'L', 'F'});
    } catch (IOException e) {
      throw unavailable(file + " cannot be read (" + e + ")");
    }
  }

  private static DriverUnavailableException unavailable(String why) {
    return new DriverUnavailableException(
        "Cannot use the native driver: "
            + why
            + ". Set "
            + VARIABLE
            + " to the path of libmesos.so, or start Java with -Djava.library.path=<its folder>,"
            + " or choose --driver=http.");
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** Keeps the class whose initializer loads libmesos out of sight until then. */
  private static final class Binding {
    static ExecutorDriver driver(Executor executor) {
      return new MesosExecutorDriver(executor);
    }
  }
}
