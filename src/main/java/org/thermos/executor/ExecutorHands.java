package org.thermos.executor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.thermos.executor.ExecutorEffect.BeginTask;
import org.thermos.executor.ExecutorEffect.Company;
import org.thermos.executor.ExecutorEffect.EndTask;
import org.thermos.executor.ExecutorEffect.OfTask;
import org.thermos.executor.ExecutorEffect.Report;
import org.thermos.executor.ExecutorEffect.SendUpdate;
import org.thermos.executor.ExecutorEffect.StopDriver;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.NativeBinary;
import org.thermos.resources.DiskMeter;
import org.thermos.resources.DiskOverrun;

/** Carries an {@link ExecutorMachine}'s decisions out into the world. The loop's thread only. */
final class ExecutorHands {
  private final BiFunction<String, Company, TaskHands> makeTask;
  private final Consumer<String> ended;
  private final ExecutorDriver driver;
  private final UpdateSender updates;
  private final BrokerCommands commands;
  private final DiskMeter disk;
  private final Log log;
  private final Map<String, TaskHands> tasks = new LinkedHashMap<>();
  private Optional<ExecutorExit> exit = Optional.empty();

  /**
   * @param makeTask hands for a task of this name
   * @param ended told the names of tasks that are over
   */
  ExecutorHands(
      BiFunction<String, Company, TaskHands> makeTask,
      Consumer<String> ended,
      ExecutorDriver driver,
      UpdateSender updates,
      BrokerCommands commands,
      DiskMeter disk,
      Log log) {
    this.makeTask = makeTask;
    this.ended = ended;
    this.driver = driver;
    this.updates = updates;
    this.commands = commands;
    this.disk = disk;
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
      tasks.remove(end.taskId()).end();
      ended.accept(end.taskId());
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

  /** What an event of the broker tells. */
  List<ExecutorEvent> take(BrokerEvent event) throws IOException {
    if (commands.take(event)) {
      return List.of();
    }
    if (event instanceof BrokerEvent.Warning warning) {
      log.error(warning.text());
    }
    List<ExecutorEvent> events = new ArrayList<>();
    Optional<DiskOverrun> overrun = disk.handle(event);
    overrun.ifPresent(it -> events.add(resources(it)));
    if (event instanceof BrokerEvent.Metered) {
      tasks.forEach((taskId, task) -> disk.used(taskId).ifPresent(task::usesDisk));
    }
    tasks.forEach((taskId, task) -> events.addAll(ofTask(taskId, task.take(event))));
    return events;
  }

  private static ExecutorEvent resources(DiskOverrun overrun) {
    StatusResult why =
        StatusResult.failed(overrun.message()).because(Reason.REASON_CONTAINER_LIMITATION_DISK);
    return new ExecutorEvent.OfTask(
        overrun.task(), new SupervisionEvent.CheckerReported(Checker.RESOURCES, why));
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
    commands.close();
    // The first broker may be what was lost.
    try (Broker other = Broker.start(NativeBinary.locate())) {
      tasks.values().forEach(task -> task.abandon(other));
    } catch (IOException | RuntimeException | Error e) {
      log.error("Cannot kill the tasks: " + Causes.trace(e));
    }
    updates.failOpen("Internal error: " + Causes.text(thrown));
    driver.stop();
    return ExecutorExit.INTERNAL_ERROR;
  }
}
