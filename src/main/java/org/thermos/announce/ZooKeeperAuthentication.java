package org.thermos.announce;

import java.util.List;

/**
 * Who the executor is to ZooKeeper, and who may do what with the nodes it makes (health 7.9).
 *
 * @param credentials presented on every connection
 * @param permissions of the nodes; empty: everybody may do everything
 */
public record ZooKeeperAuthentication(List<Credential> credentials, List<Permission> permissions) {
  public static final ZooKeeperAuthentication NONE =
      new ZooKeeperAuthentication(List.of(), List.of());

  public ZooKeeperAuthentication {
    credentials = List.copyOf(credentials);
    permissions = List.copyOf(permissions);
  }

  /** As it is presented. Its text does not show the secret. */
  public record Credential(String scheme, String secret) {
    @Override
    public String toString() {
      return scheme + ":***";
    }
  }

  /**
   * What somebody may do with a node.
   *
   * @param identity as ZooKeeper keeps it: of the scheme {@code digest} user and hash
   * @param bits of {@link org.apache.zookeeper.ZooDefs.Perms}
   */
  public record Permission(String scheme, String identity, int bits) {
    @Override
    public String toString() {
      return scheme + ":***:" + bits;
    }
  }
}
