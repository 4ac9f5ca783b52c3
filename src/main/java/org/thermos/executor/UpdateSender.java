package org.thermos.executor;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.thermos.executor.ExecutorEffect.SendUpdate;
import org.thermos.log.Log;

/** Hands updates to the driver. */
final class UpdateSender {
  private final ExecutorDriver driver;
  private final Log log;

  /** The task that was begun and has not ended. */
  private Optional<String> open = Optional.empty();

  UpdateSender(ExecutorDriver driver, Log log) {
    this.driver = driver;
    this.log = log;
  }

  void send(SendUpdate update) {
    StatusResult status = update.status();
    if (status.state() == UpdateState.STARTING) {
      open = Optional.of(update.taskId());
    } else if (status.state().isTerminal() && open.equals(Optional.of(update.taskId()))) {
      open = Optional.empty();
    }
    TaskStatus.Builder message =
        TaskStatus.newBuilder()
            .setTaskId(TaskID.newBuilder().setValue(update.taskId()))
            .setState(wire(status.state()));
    if (!status.message().isEmpty()) {
      message.setMessage(Causes.line(status.message()));
    }
    update
        .transition()
        .ifPresent(transition -> message.setData(ByteString.copyFromUtf8(transition.json())));
    log.info("Task " + update.taskId() + " is " + status.state() + ": " + status.message());
    driver.sendStatusUpdate(message.build());
  }

  /**
   * For when nobody is left who decides: a task that has not ended must not be left without end.
   */
  void failOpen(String message) {
    open.ifPresent(
        task -> send(new SendUpdate(task, StatusResult.failed(message), Optional.empty())));
  }

  private static TaskState wire(UpdateState state) {
    return switch (state) {
      case STARTING -> TaskState.TASK_STARTING;
      case RUNNING -> TaskState.TASK_RUNNING;
      case KILLING -> TaskState.TASK_KILLING;
      case FINISHED -> TaskState.TASK_FINISHED;
      case FAILED -> TaskState.TASK_FAILED;
      case KILLED -> TaskState.TASK_KILLED;
      case LOST -> TaskState.TASK_LOST;
    };
  }
}
