package org.thermos.health;

import java.util.List;
import java.util.Map;

/** What Mesos' definitions have an executor look at, on this machine. */
public sealed interface MesosProbe {

  /**
   * A program.
   *
   * @param command argv
   * @param environment besides the executor's
   */
  record Command(List<String> command, Map<String, String> environment) implements MesosProbe {
    public Command {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }

    @Override
    public String toString() {
      return "Command"; // Neither arguments nor environment: there may be secrets in them.
    }
  }

  /**
   * A GET.
   *
   * @param scheme http, or https with any certificate
   */
  record Http(String scheme, int port, String path) implements MesosProbe {}

  /** A connection. */
  record Tcp(int port) implements MesosProbe {}
}
