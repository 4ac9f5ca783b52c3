package org.thermos.announce;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.zookeeper.common.PathUtils;

/** Where the members of a serverset are. */
final class ServersetPath {
  /** What the name of every member begins with; ZooKeeper appends ten digits. */
  static final String MEMBER = "member_";

  private ServersetPath() {}

  /**
   * The path with single slashes, from the root on.
   *
   * @throws IllegalArgumentException if ZooKeeper could have no such node; the message says why
   */
  static String normalized(String path) {
    String normal =
        Arrays.stream(path.split("/"))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.joining("/", "/", ""));
    PathUtils.validatePath(normal);
    return normal;
  }

  /** The node above, of a normalized path other than the root. */
  static String parent(String path) {
    return path.substring(0, Math.max(1, path.lastIndexOf('/')));
  }
}
