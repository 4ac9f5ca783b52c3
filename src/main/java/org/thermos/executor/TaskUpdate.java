package org.thermos.executor;

import java.util.Optional;
import org.apache.mesos.Protos.CheckStatusInfo;

/**
 * What the scheduler is told of a task.
 *
 * @param transition of a process, which the message says in words, if that is what it is about
 * @param culprit the run that decided a task's end, if a run did
 * @param healthy whether the task is well, if that is checked
 * @param check what the check that Mesos defines found last, if there is one
 */
record TaskUpdate(
    String taskId,
    StatusResult status,
    Optional<ProcessTransition> transition,
    Optional<ProcessTransition> culprit,
    Optional<Boolean> healthy,
    Optional<CheckStatusInfo> check) {}
