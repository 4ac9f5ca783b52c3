package org.thermos.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the records of a stream add up to: the header, the states of the task, and for every process
 * its runs, each the merge of its transitions. Only a {@link CheckpointDispatcher} adds to it; what
 * is handed out are live views. Not thread-safe.
 */
public final class TaskHistory {
  private Optional<RunnerHeader> header = Optional.empty();
  private final List<TaskStatus> statuses = new ArrayList<>();
  private final Map<String, List<ProcessStatus>> runs = new LinkedHashMap<>();

  /** The header; absent in a stream that ended, or was damaged, before it. */
  public Optional<RunnerHeader> header() {
    return header;
  }

  /** All that became of the task, the oldest first. */
  public List<TaskStatus> statuses() {
    return Collections.unmodifiableList(statuses);
  }

  public Optional<TaskStatus> lastStatus() {
    return statuses.isEmpty() ? Optional.empty() : Optional.of(statuses.get(statuses.size() - 1));
  }

  /** The present state; ACTIVE while nothing is known. */
  public TaskState state() {
    return lastStatus().map(TaskStatus::state).orElse(TaskState.ACTIVE);
  }

  /** The names of all processes that were ever WAITING, in that order. */
  public Set<String> processes() {
    return Collections.unmodifiableSet(runs.keySet());
  }

  /** The runs of a process, the oldest first; none if it is unknown. */
  public List<ProcessStatus> runs(String process) {
    return Collections.unmodifiableList(runs.getOrDefault(process, List.of()));
  }

  public Optional<ProcessStatus> lastRun(String process) {
    List<ProcessStatus> known = runs.getOrDefault(process, List.of());
    return known.isEmpty() ? Optional.empty() : Optional.of(known.get(known.size() - 1));
  }

  void setHeader(RunnerHeader header) {
    this.header = Optional.of(header);
  }

  void add(TaskStatus status) {
    statuses.add(status);
  }

  void addRun(ProcessStatus run) {
    runs.computeIfAbsent(run.process(), process -> new ArrayList<>(1)).add(run);
  }

  void replaceLastRun(ProcessStatus run) {
    List<ProcessStatus> known = runs.get(run.process());
    known.set(known.size() - 1, run);
  }
}
