package org.thermos.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.thermos.mesos.HttpExecutorDriver;
import org.thermos.mesos.MesosEnvironment;

/**
 * The least an executor can be. A task whose data is "finish" ends at once, others when killed; it
 * echoes messages, and a message "finish" ends all tasks, and then the executor.
 */
final class SimpleExecutor implements Executor {
  private final Set<TaskID> running = new LinkedHashSet<>();

  /** Runs it as a process. */
  public static void main(String[] args) throws Exception {
    MesosEnvironment environment = MesosEnvironment.parse(System.getenv());
    Status status =
        new HttpExecutorDriver(new SimpleExecutor(), environment, System.err::println).run();
    System.exit(status == Status.DRIVER_STOPPED ? 0 : 1);
  }

  @Override
  public void registered(
      ExecutorDriver driver, ExecutorInfo executor, FrameworkInfo framework, SlaveInfo agent) {
    driver.sendFrameworkMessage("registered".getBytes(UTF_8));
  }

  @Override
  public void reregistered(ExecutorDriver driver, SlaveInfo agent) {
    driver.sendFrameworkMessage("reregistered".getBytes(UTF_8));
  }

  @Override
  public void disconnected(ExecutorDriver driver) {}

  @Override
  public void launchTask(ExecutorDriver driver, TaskInfo task) {
    running.add(task.getTaskId());
    send(driver, task.getTaskId(), TaskState.TASK_RUNNING);
    if (task.getData().toStringUtf8().equals("finish")) {
      finish(driver);
    }
  }

  @Override
  public void killTask(ExecutorDriver driver, TaskID task) {
    running.remove(task);
    send(driver, task, TaskState.TASK_KILLED);
    driver.stop();
  }

  @Override
  public void frameworkMessage(ExecutorDriver driver, byte[] data) {
    if (new String(data, UTF_8).equals("finish")) {
      finish(driver);
    } else {
      driver.sendFrameworkMessage(data);
    }
  }

  @Override
  public void shutdown(ExecutorDriver driver) {
    running.forEach(task -> send(driver, task, TaskState.TASK_KILLED));
    driver.stop();
  }

  @Override
  public void error(ExecutorDriver driver, String message) {}

  /** Ends all tasks, and itself. */
  void finish(ExecutorDriver driver) {
    running.forEach(task -> send(driver, task, TaskState.TASK_FINISHED));
    driver.stop();
  }

  private static void send(ExecutorDriver driver, TaskID task, TaskState state) {
    driver.sendStatusUpdate(TaskStatus.newBuilder().setTaskId(task).setState(state).build());
  }
}
