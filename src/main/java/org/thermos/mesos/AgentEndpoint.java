package org.thermos.mesos;

import java.nio.file.Path;

/** Where the agent serves its executor API. */
public sealed interface AgentEndpoint {

  /** The value of the {@code Host} header. */
  String host();

  /** The path of the executor API there. */
  String path();

  /** An address and port; {@code address} may be a name, an IPv4 or a bare IPv6 address. */
  record Tcp(String address, int port) implements AgentEndpoint {
    @Override
    public String host() {
      return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    }

    @Override
    public String path() {
      return "/api/v1/executor";
    }

    @Override
    public String toString() {
      return host();
    }
  }

  /**
   * A unix domain socket (Mesos 1.10 and later), where the API's path bears the agent's own name.
   */
  record Unix(Path socket, String path) implements AgentEndpoint {
    @Override
    public String host() {
      return "localhost";
    }

    @Override
    public String toString() {
      return socket.toString();
    }
  }
}
