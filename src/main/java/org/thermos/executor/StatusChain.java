package org.thermos.executor;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the checkers say, taken together (executor 6.8): the end of the task goes before STARTING,
 * STARTING before RUNNING, and of several RUNNING the first one's message counts. The first word
 * that the task has to end is final.
 */
final class StatusChain {
  private final Map<Checker, StatusResult> reports = new EnumMap<>(Checker.class);
  private Optional<StatusResult> verdict = Optional.empty();

  /** What a checker says now, in place of what it said before. */
  void report(Checker checker, StatusResult status) {
    reports.put(checker, status);
    if (status.state().isTerminal() && verdict.isEmpty()) {
      verdict = Optional.of(status);
    }
  }

  /** The checker has nothing to say any more. */
  void clear(Checker checker) {
    reports.remove(checker);
  }

  /** Why the task has to end, if it has to. */
  Optional<StatusResult> verdict() {
    return verdict;
  }

  Optional<StatusResult> status() {
    if (verdict.isPresent()) {
      return verdict;
    }
    Optional<StatusResult> collected = Optional.empty();
    for (StatusResult report : reports.values()) {
      if (report.state() == UpdateState.STARTING || collected.isEmpty()) {
        collected = Optional.of(report);
      }
    }
    return collected;
  }
}
