package org.thermos.executor;

import java.util.List;
import java.util.Optional;

/** Tasks that were launched together: if one of them does not finish, the others are killed. */
final class TaskGroup {
  private final List<String> members;
  private Optional<StatusResult> doom = Optional.empty();

  TaskGroup(List<String> members) {
    this.members = List.copyOf(members);
  }

  List<String> members() {
    return members;
  }

  /** Why all of them have to end, if they have to. */
  Optional<StatusResult> doom() {
    return doom;
  }

  /**
   * One of them ended, and not well.
   *
   * @return why the others have to end: the first such end counts
   */
  StatusResult doomedBy(String taskId, UpdateState state) {
    if (doom.isEmpty()) {
      doom =
          Optional.of(
              StatusResult.killed("Task " + taskId + " of the same group is " + state + "."));
    }
    return doom.get();
  }
}
