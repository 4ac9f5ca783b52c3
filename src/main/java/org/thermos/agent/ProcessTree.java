package org.thermos.agent;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Finds what belongs together among processes. */
final class ProcessTree {
  private ProcessTree() {}

  /**
   * The processes that are roots, their descendants, all that share a session with one of these,
   * and so on.
   *
   * @param outside a session that connects nothing: the caller's own
   */
  static List<ProcessRow> closure(
      List<ProcessRow> processes, Predicate<ProcessRow> isRoot, int outside) {
    List<ProcessRow> rest = new ArrayList<>(processes);
    List<ProcessRow> members = new ArrayList<>();
    Set<Integer> pids = new HashSet<>();
    Set<Integer> sessions = new HashSet<>();
    boolean grew;
    do {
      List<ProcessRow> found =
          rest.stream()
              .filter(
                  process ->
                      isRoot.test(process)
                          || pids.contains(process.parent())
                          || sessions.contains(process.session()))
              .toList();
      grew = !found.isEmpty();
      members.addAll(found);
      rest.removeAll(found);
      found.forEach(
          process -> {
            pids.add(process.pid());
            sessions.add(process.session());
          });
      sessions.remove(outside);
    } while (grew);
    return members;
  }
}
