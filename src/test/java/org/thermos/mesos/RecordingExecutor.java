package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;

/** Keeps its callbacks for the test to take. */
class RecordingExecutor implements Executor, KillPolicyAware {

  private final BlockingQueue<Callback> callbacks = new LinkedBlockingQueue<>();

  <C extends Callback> C next(Class<C> kind) throws InterruptedException {
    Callback callback = callbacks.poll(20, TimeUnit.SECONDS);
    assertThat(callback).as("a callback within 20 s").isInstanceOf(kind);
    return kind.cast(callback);
  }

  boolean hasNoCallback() {
    return callbacks.isEmpty();
  }

  @Override
  public void registered(
      ExecutorDriver driver, ExecutorInfo executor, FrameworkInfo framework, SlaveInfo agent) {
    callbacks.add(new Callback.Registered(executor, framework, agent));
  }

  @Override
  public void reregistered(ExecutorDriver driver, SlaveInfo agent) {
    callbacks.add(new Callback.Reregistered(agent));
  }

  @Override
  public void disconnected(ExecutorDriver driver) {
    callbacks.add(new Callback.Disconnected());
  }

  @Override
  public void launchTask(ExecutorDriver driver, TaskInfo task) {
    callbacks.add(new Callback.Launch(task));
  }

  @Override
  public void killTask(ExecutorDriver driver, TaskID task) {
    callbacks.add(new Callback.Kill(task, Optional.empty()));
  }

  @Override
  public void killTask(ExecutorDriver driver, TaskID task, KillPolicy policy) {
    callbacks.add(new Callback.Kill(task, Optional.of(policy)));
  }

  @Override
  public void frameworkMessage(ExecutorDriver driver, byte[] data) {
    callbacks.add(new Callback.Message(ByteString.copyFrom(data)));
  }

  @Override
  public void shutdown(ExecutorDriver driver) {
    callbacks.add(new Callback.Shutdown());
  }

  @Override
  public void error(ExecutorDriver driver, String message) {
    callbacks.add(new Callback.Failure(message));
  }
}
