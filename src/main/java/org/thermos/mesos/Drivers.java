package org.thermos.mesos;

import java.util.Map;
import java.util.function.Consumer;
import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;

/** Makes the driver that was chosen. */
public final class Drivers {

  private Drivers() {}

  /**
   * A driver, not yet started.
   *
   * @param environment the variables the agent set
   * @param log takes lines for the operator (HTTP only: libmesos logs by itself)
   * @throws EnvironmentException if a variable that the HTTP driver needs is missing or unusable
   * @throws DriverUnavailableException if libmesos is asked for and cannot be loaded
   */
  public static ExecutorDriver create(
      DriverKind kind, Executor executor, Map<String, String> environment, Consumer<String> log)
      throws EnvironmentException, DriverUnavailableException {
    NativeLibrary library =
        NativeLibrary.of(environment, System.getProperty("java.library.path", ""));
    return switch (resolve(kind, environment, library)) {
      case NATIVE -> library.driver(executor);
      case HTTP, AUTO -> new HttpExecutorDriver(executor, MesosEnvironment.parse(environment), log);
    };
  }

  /** HTTP or NATIVE, without loading either. */
  static DriverKind resolve(
      DriverKind kind, Map<String, String> environment, NativeLibrary library) {
    if (kind != DriverKind.AUTO) {
      return kind;
    }
    boolean offersHttp =
        !environment.getOrDefault("MESOS_AGENT_ENDPOINT", "").isEmpty()
            || !environment.getOrDefault("MESOS_DOMAIN_SOCKET", "").isEmpty();
    return offersHttp || library.location().isEmpty() ? DriverKind.HTTP : DriverKind.NATIVE;
  }
}
