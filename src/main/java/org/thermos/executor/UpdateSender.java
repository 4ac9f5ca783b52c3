package org.thermos.executor;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.ExecutorDriver;
import org.thermos.log.Log;

/** Hands updates to the driver. The loop's thread only. */
final class UpdateSender {
  private final ExecutorDriver driver;
  private final StatusFactory statuses;
  private final Log log;

  /** Tasks that were begun and have not ended. */
  private final Set<String> open = new LinkedHashSet<>();

  UpdateSender(ExecutorDriver driver, StatusFactory statuses, Log log) {
    this.driver = driver;
    this.statuses = statuses;
    this.log = log;
  }

  void send(TaskUpdate update) {
    StatusResult status = update.status();
    if (status.state().isTerminal()) {
      open.remove(update.taskId());
    } else {
      open.add(update.taskId());
    }
    log.info("Task " + update.taskId() + " is " + status.state() + ": " + status.message());
    driver.sendStatusUpdate(statuses.of(update));
  }

  /**
   * For when nobody is left who decides: a task that has not ended must not be left without end.
   */
  void failOpen(String message) {
    for (String task : Set.copyOf(open)) {
      send(
          new TaskUpdate(
              task,
              StatusResult.failed(message),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }
  }
}
