package org.thermos.agent;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;

/** An executor's tasks, by how far they are: queued, launched, terminated. */
final class ExecutorTasks {
  /** Not yet handed to the executor. */
  private final Map<String, TaskInfo> queued = new LinkedHashMap<>();

  /** The groups among the queued tasks, by each of their tasks. */
  private final Map<String, TaskGroupInfo> queuedGroups = new LinkedHashMap<>();

  /** Handed to the executor and not yet over. */
  private final Map<String, TaskState> launched = new LinkedHashMap<>();

  /** Over, but the scheduler does not know for certain. */
  private final Set<String> terminated = new LinkedHashSet<>();

  private boolean everLaunched;

  /** What waited for the executor, in the order in which it is handed over. */
  record Queue(List<TaskInfo> tasks, List<TaskGroupInfo> groups) {}

  void queue(TaskInfo task) {
    queued.put(task.getTaskId().getValue(), task);
  }

  void queue(TaskGroupInfo group) {
    for (TaskInfo task : group.getTasksList()) {
      queue(task);
      queuedGroups.put(task.getTaskId().getValue(), group);
    }
  }

  /** The group that a queued task belongs to. */
  Optional<TaskGroupInfo> queuedGroup(String task) {
    return Optional.ofNullable(queuedGroups.get(task));
  }

  boolean isQueued(String task) {
    return queued.containsKey(task);
  }

  boolean isLaunched(String task) {
    return launched.containsKey(task);
  }

  boolean isTerminated(String task) {
    return terminated.contains(task);
  }

  /** Whether the executor has nothing to do and never had. */
  boolean isUseless() {
    return queued.isEmpty() && !everLaunched;
  }

  boolean isSettled() {
    return terminated.isEmpty();
  }

  Set<String> live() {
    Set<String> tasks = new LinkedHashSet<>(launched.keySet());
    tasks.addAll(queued.keySet());
    return tasks;
  }

  /** Launched tasks the executor has said nothing about yet. */
  List<String> staging() {
    return launched.entrySet().stream()
        .filter(task -> task.getValue() == TaskState.TASK_STAGING)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Empties the queue into the launched ones. */
  Queue launchQueued() {
    Queue queue =
        new Queue(
            queued.values().stream()
                .filter(task -> queuedGroup(task.getTaskId().getValue()).isEmpty())
                .toList(),
            queuedGroups.values().stream().distinct().toList());
    List.copyOf(queued.keySet()).forEach(this::launch);
    return queue;
  }

  void launch(String task) {
    everLaunched = true;
    dequeue(task);
    launched.put(task, TaskState.TASK_STAGING);
  }

  void moveTo(TaskState next, String task) {
    if (TaskStates.isTerminal(next)) {
      dequeue(task);
      launched.remove(task);
      terminated.add(task);
    } else {
      launched.put(task, next);
    }
  }

  private void dequeue(String task) {
    queued.remove(task);
    queuedGroups.remove(task);
  }

  /** The scheduler knows that the task is over. */
  void forget(String task) {
    terminated.remove(task);
  }
}
