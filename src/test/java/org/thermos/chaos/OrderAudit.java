package org.thermos.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;

/** Goes through the records of a task in order and holds them against its configuration. */
final class OrderAudit {
  /** Recorded times are rounded, and the end is taken a moment after it happened. */
  private static final Duration ROUNDING = Duration.ofMillis(5);

  private final ChaosTask task;
  private final List<String> complaints = new ArrayList<>();
  private final Set<String> open = new HashSet<>();

  /** Those of the open ones that have a coordinator; others may stay WAITING for ever. */
  private final Set<String> forked = new HashSet<>();

  private final Set<String> succeeded = new HashSet<>();
  private final Map<String, Integer> failures = new HashMap<>();
  private final Map<String, Instant> ends = new HashMap<>();
  private TaskState state = TaskState.ACTIVE;

  OrderAudit(ChaosTask task, List<CheckpointRecord> records) {
    this.task = task;
    for (CheckpointRecord record : records) {
      if (record instanceof TaskStatus status) {
        take(status);
      } else if (record instanceof ProcessStatus status) {
        take(task.process(status.process()), status);
      }
    }
  }

  List<String> complaints() {
    return complaints;
  }

  private void take(TaskStatus status) {
    state = status.state();
    if (state.isTerminal() && !forked.isEmpty()) {
      complaints.add("the task ended as " + state + " while these had not: " + forked);
    }
  }

  private void take(ChaosProcess process, ProcessStatus status) {
    String name = process.name();
    switch (status.state()) {
      case WAITING -> {
        begin(process);
        open.add(name);
      }
      case FORKED -> {
        forked.add(name);
        Instant end = ends.get(name);
        Duration least = Duration.ofSeconds(process.minDurationSeconds()).minus(ROUNDING);
        if (end != null && status.forkTime().orElseThrow().isBefore(end.plus(least))) {
          complaints.add(name + " was started again too early, after an end at " + end);
        }
      }
      case RUNNING -> {}
      case SUCCESS, FAILED, KILLED, LOST -> {
        open.remove(name);
        forked.remove(name);
        status.stopTime().ifPresent(end -> ends.put(name, end));
        if (status.state() == ProcessState.SUCCESS) {
          succeeded.add(name);
        } else if (status.state() == ProcessState.FAILED) {
          failures.merge(name, 1, Integer::sum);
        }
      }
    }
  }

  private void begin(ChaosProcess process) {
    String name = process.name();
    TaskState stage = process.isFinal() ? TaskState.FINALIZING : TaskState.ACTIVE;
    if (state != stage) {
      complaints.add(name + " was begun in " + state);
    }
    if (!succeeded.containsAll(process.after())) {
      complaints.add(name + " was begun before " + process.after() + " had ended well");
    }
    if (succeeded.contains(name) && process.kind() != ChaosProcess.Kind.DAEMON) {
      complaints.add(name + " was begun again although it had ended well");
    }
    if (process.maxFailures() > 0 && failures.getOrDefault(name, 0) >= process.maxFailures()) {
      complaints.add(name + " was begun again after " + process.maxFailures() + " failures");
    }
    List<String> beside =
        open.stream().filter(it -> task.process(it).isFinal() == process.isFinal()).toList();
    if (task.maxConcurrency() > 0 && beside.size() >= task.maxConcurrency()) {
      complaints.add(name + " was begun beside " + beside + ", over max_concurrency");
    }
  }
}
