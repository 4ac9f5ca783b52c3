package org.thermos.process;

import java.util.List;

/**
 * A user account.
 *
 * @param groups ids of all groups that list the user as a member; the primary group is {@code gid}
 *     (processes 4.3)
 */
public record Account(String name, int uid, int gid, String home, List<Integer> groups) {
  public Account {
    groups = List.copyOf(groups);
  }
}
