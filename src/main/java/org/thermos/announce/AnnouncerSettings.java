package org.thermos.announce;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.client.ConnectStringParser;

/**
 * How an executor announces its tasks (executor 6.2).
 *
 * @param ensemble the ZooKeeper servers, {@code host:port,...}
 * @param serversetPath below which tasks are announced unless they say where themselves
 * @param customPaths whether tasks may say where themselves
 * @param hostname to announce instead of the agent's
 * @param authentication credentials, and who may do what with the nodes
 * @param connectBudget how long a task's first connection may take before the task fails; empty:
 *     the task never fails for want of a connection
 * @param gatedOnHealth whether a task is announced only while it is healthy, or at once
 * @param sessionTimeout after which silence of the executor its nodes disappear
 */
public record AnnouncerSettings(
    String ensemble,
    String serversetPath,
    boolean customPaths,
    Optional<String> hostname,
    ZooKeeperAuthentication authentication,
    Optional<Duration> connectBudget,
    boolean gatedOnHealth,
    Duration sessionTimeout) {

  /** What the original's library asks for. */
  public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Checks what can be checked without a server.
   *
   * @throws IllegalArgumentException if there cannot be such servers or such a path; the message is
   *     for the user
   */
  public AnnouncerSettings {
    requireServers(ensemble);
    try {
      serversetPath = ServersetPath.normalized(serversetPath);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "cannot announce below " + serversetPath + ": " + e.getMessage(), e);
    }
  }

  private static void requireServers(String ensemble) {
    problem(ensemble)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(
                  "cannot use "
                      + ensemble
                      + " as ZooKeeper ensemble: "
                      + problem
                      + "; give host:port,...");
            });
  }

  private static Optional<String> problem(String ensemble) {
    List<InetSocketAddress> servers;
    try {
      servers = new ConnectStringParser(ensemble).getServerAddresses();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
    if (servers.stream().anyMatch(server -> server.getPort() == 0)) {
      return Optional.of("nothing can be reached at port 0");
    }
    return servers.isEmpty() || servers.stream().anyMatch(it -> it.getHostString().isBlank())
        ? Optional.of("it names no server")
        : Optional.empty();
  }
}
