package org.thermos.executor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.mesos.ExecutorDriver;
import org.thermos.executor.ExecutorEffect.BeginTask;
import org.thermos.executor.ExecutorEffect.Company;
import org.thermos.executor.ExecutorEffect.EndTask;
import org.thermos.executor.ExecutorEffect.OfTask;
import org.thermos.executor.ExecutorEffect.Report;
import org.thermos.executor.ExecutorEffect.SendUpdate;
import org.thermos.executor.ExecutorEffect.StopDriver;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.ExitStatus;
import org.thermos.process.NativeBinary;

/** Carries an {@link ExecutorMachine}'s decisions out into the world. The loop's thread only. */
final class ExecutorHands {
  private final BiFunction<String, Company, TaskHands> makeTask;
  private final ExecutorDriver driver;
  private final UpdateSender updates;
  private final Log log;
  private final Map<String, TaskHands> tasks = new LinkedHashMap<>();
  private Optional<ExecutorExit> exit = Optional.empty();

  /**
   * @param makeTask hands for a task of this name
   */
  ExecutorHands(
      BiFunction<String, Company, TaskHands> makeTask,
      ExecutorDriver driver,
      UpdateSender updates,
      Log log) {
    this.makeTask = makeTask;
    this.driver = driver;
    this.updates = updates;
    this.log = log;
  }

  /** Set once the executor is to end. */
  Optional<ExecutorExit> exit() {
    return exit;
  }

  /** Performs one effect, and returns its answers if it has some at once. */
  List<ExecutorEvent> perform(ExecutorEffect effect) throws IOException {
    if (effect instanceof SendUpdate send) {
      updates.send(send.update());
    } else if (effect instanceof BeginTask begin) {
      tasks.put(begin.taskId(), makeTask.apply(begin.taskId(), begin.company()));
    } else if (effect instanceof OfTask ofTask) {
      return ofTask(ofTask.taskId(), tasks.get(ofTask.taskId()).perform(ofTask.effect()));
    } else if (effect instanceof EndTask end) {
      tasks.remove(end.taskId());
    } else if (effect instanceof StopDriver stop) {
      driver.stop();
      exit = Optional.of(stop.exit());
    } else if (effect instanceof Report report) {
      log.info(report.text());
    } else {
      throw new IllegalArgumentException("unknown effect: " + effect);
    }
    return List.of();
  }

  /** What a change of this file in a checkpoint's directory tells; any if it has no name. */
  List<ExecutorEvent> changed(Path directory, String name) {
    List<ExecutorEvent> events = new ArrayList<>();
    tasks.forEach((taskId, task) -> events.addAll(ofTask(taskId, task.changed(directory, name))));
    return events;
  }

  /** What the end of a process tells. */
  List<ExecutorEvent> processEnded(int pid, ExitStatus status) {
    List<ExecutorEvent> events = new ArrayList<>();
    tasks.forEach((taskId, task) -> events.addAll(ofTask(taskId, task.processEnded(pid, status))));
    return events;
  }

  private static List<ExecutorEvent> ofTask(String taskId, List<SupervisionEvent> events) {
    return events.stream()
        .<ExecutorEvent>map(event -> new ExecutorEvent.OfTask(taskId, event))
        .toList();
  }

  /**
   * Ends everything when the machine cannot any more: kills what there is and says so. The last
   * thing to be called.
   */
  ExecutorExit abandon(Throwable thrown) {
    log.error("Giving up: " + Causes.trace(thrown));
    // The first broker may be what was lost.
    try (Broker other = Broker.start(NativeBinary.locate())) {
      tasks.values().forEach(task -> task.abandon(other));
    } catch (IOException | RuntimeException e) {
      log.error("Cannot kill the tasks: " + Causes.trace(e));
    }
    updates.failOpen("Internal error: " + Causes.text(thrown));
    driver.stop();
    return ExecutorExit.INTERNAL_ERROR;
  }
}
