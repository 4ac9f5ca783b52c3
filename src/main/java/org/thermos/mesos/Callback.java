package org.thermos.mesos;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;

/** One call of the executor's interface, to be made on the callback thread. */
sealed interface Callback {

  void deliver(Executor executor, ExecutorDriver driver);

  record Registered(ExecutorInfo executorInfo, FrameworkInfo framework, SlaveInfo agent)
      implements Callback {
    @Override
    public void deliver(Executor executor, ExecutorDriver driver) {
      executor.registered(driver, executorInfo, framework, agent);
    }
  }

  record Reregistered(SlaveInfo agent) implements Callback {
    @Override
    public void deliver(Executor executor, ExecutorDriver driver) {
      executor.reregistered(driver, agent);
    }
  }

  record Disconnected() implements Callback {
    @Override
    public void deliver(Executor executor, ExecutorDriver driver) {
      executor.disconnected(driver);
    }
  }

  record Launch(TaskInfo task) implements Callback {
    @Override
    public void deliver(Executor executor, ExecutorDriver driver) {
      executor.launchTask(driver, task);
    }
  }

  /** Only for an executor that is a {@link TaskGroupLauncher}. */
  record LaunchGroup(TaskGroupInfo group) implements Callback {
    @Override
    public void deliver(Executor executor, ExecutorDriver driver) {
      ((TaskGroupLauncher) executor).launchTaskGroup(driver, group);
    }
  }

  record Kill(TaskID task, Optional<KillPolicy> policy) implements Callback {
    @Override
    public void deliver(Executor executor, ExecutorDriver driver) {
      if (policy.isPresent() && executor instanceof KillPolicyAware aware) {
        aware.killTask(driver, task, policy.get());
      } else {
        executor.killTask(driver, task);
      }
    }
  }

  record Message(ByteString data) implements Callback {
    @Override
    public void deliver(Executor executor, ExecutorDriver driver) {
      executor.frameworkMessage(driver, data.toByteArray());
    }
  }

  record Shutdown() implements Callback {
    @Override
    public void deliver(Executor executor, ExecutorDriver driver) {
      executor.shutdown(driver);
    }
  }

  record Failure(String message) implements Callback {
    @Override
    public void deliver(Executor executor, ExecutorDriver driver) {
      executor.error(driver, message);
    }
  }
}
