package org.thermos.mesos;

import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.TaskID;

/**
 * An {@link org.apache.mesos.Executor} that heeds the kill policy a scheduler may send with a kill,
 * a grace period that goes before the one in the task. Over HTTP only: libmesos does not pass it
 * on.
 */
public interface KillPolicyAware {

  /** Called instead of the executor's own killTask when the kill came with a policy. */
  void killTask(ExecutorDriver driver, TaskID task, KillPolicy policy);
}
