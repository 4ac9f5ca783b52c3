package org.thermos.checkpoint;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Which state may follow which (checkpoints 1.6 and 1.8). */
final class Transitions {
  /**
   * What a run may become. A fresh run begins with WAITING, and nothing follows a terminal state.
   */
  private static final Map<ProcessState, Set<ProcessState>> PROCESS =
      new EnumMap<>(
          Map.of(
              ProcessState.WAITING, EnumSet.of(ProcessState.FORKED, ProcessState.FAILED),
              ProcessState.FORKED,
                  EnumSet.of(ProcessState.RUNNING, ProcessState.KILLED, ProcessState.LOST),
              ProcessState.RUNNING,
                  EnumSet.of(
                      ProcessState.SUCCESS,
                      ProcessState.FAILED,
                      ProcessState.KILLED,
                      ProcessState.LOST)));

  /**
   * What a task may become, besides what it is. The original checks nothing here. An end straight
   * from ACTIVE was written by old runners and is by a kill without a runner, which also first says
   * ACTIVE, whatever the state was.
   */
  private static final Map<TaskState, Set<TaskState>> TASK =
      new EnumMap<>(
          Map.of(
              TaskState.ACTIVE,
                  EnumSet.of(
                      TaskState.CLEANING,
                      TaskState.SUCCESS,
                      TaskState.FAILED,
                      TaskState.KILLED,
                      TaskState.LOST),
              TaskState.CLEANING,
                  EnumSet.of(
                      TaskState.ACTIVE,
                      TaskState.FINALIZING,
                      TaskState.SUCCESS,
                      TaskState.FAILED,
                      TaskState.KILLED,
                      TaskState.LOST),
              TaskState.FINALIZING,
                  EnumSet.of(
                      TaskState.ACTIVE,
                      TaskState.SUCCESS,
                      TaskState.FAILED,
                      TaskState.KILLED,
                      TaskState.LOST)));

  private Transitions() {}

  static boolean isAllowed(ProcessState from, ProcessState to) {
    return PROCESS.getOrDefault(from, Set.of()).contains(to);
  }

  static boolean isAllowed(TaskState from, TaskState to) {
    return from == to || TASK.getOrDefault(from, Set.of()).contains(to);
  }
}
