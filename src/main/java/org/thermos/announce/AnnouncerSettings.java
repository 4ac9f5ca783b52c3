package org.thermos.announce;

import java.time.Duration;
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
    String problem = "it names no server";
    try {
      if (!new ConnectStringParser(ensemble).getServerAddresses().isEmpty()
          && !ensemble.isBlank()) {
        return;
      }
    } catch (IllegalArgumentException e) {
      problem = e.getMessage();
    }
    throw new IllegalArgumentException(
        "cannot use " + ensemble + " as ZooKeeper ensemble: " + problem + "; give host:port,...");
  }
}
