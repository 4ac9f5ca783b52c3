package org.thermos.mesos;

import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.TaskGroupInfo;

/**
 * An {@link org.apache.mesos.Executor} that takes task groups, which must be launched all or none.
 * For any other executor the driver fails the tasks of a group.
 */
public interface TaskGroupLauncher {

  void launchTaskGroup(ExecutorDriver driver, TaskGroupInfo group);
}
