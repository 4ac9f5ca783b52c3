package org.thermos.runner;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.runner.TaskEffect.Adopt;
import org.thermos.runner.TaskEffect.Exit;
import org.thermos.runner.TaskEffect.Launch;
import org.thermos.runner.TaskEffect.Report;

/**
 * The one place that says in which order a decision is carried out: what has to be durable is made
 * so, then the effects are performed. The decisions of all events at hand share one sync.
 *
 * <p>While the disk takes nothing, decisions are owed: the machine goes on learning, but nothing is
 * begun, and it is tried again and again. Only a task that was told to end is ended all the same.
 */
final class TaskDriver {
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LAST_RETRY = Duration.ofSeconds(5);

  private final TaskMachine machine;
  private final Journal journal;
  private final Hands hands;
  private Optional<Duration> wakeAt = Optional.empty();

  // What is not durable yet, and what must wait until it is.
  private Optional<StopOrder> order = Optional.empty();
  private final List<CheckpointRecord> records = new ArrayList<>();
  private final List<TaskEffect> effects = new ArrayList<>();
  private Optional<Duration> wanted = Optional.empty();

  /** By which clock what is owed is dated, however late it is written. */
  private Moment decidedAt = new Moment(Instant.EPOCH, Duration.ZERO);

  /** Whether the task was told to end, durably or not. */
  private boolean isEnding;

  /** The pause before the next try; empty while the disk takes what it is given. */
  private Optional<Duration> pause = Optional.empty();

  private Duration retryAt = Duration.ZERO;

  TaskDriver(TaskMachine machine, Journal journal, Hands hands) {
    this.machine = machine;
    this.journal = journal;
    this.hands = hands;
  }

  /**
   * @param stop that the task has to end, if that is known by now
   */
  void start(Optional<StopOrder> stop, Moment now) throws IOException {
    owe(machine.start(stop, now), now);
    settle(now);
  }

  /**
   * @throws IOException if an effect fails, or the task is over and that cannot be made durable
   */
  void handle(List<TaskEvent> events, Moment now) throws IOException {
    for (TaskEvent event : events) {
      if (event instanceof TaskEvent.TimerFired) {
        wakeAt = Optional.empty(); // Spent: the same time may have to be asked for again.
      }
      owe(machine.handle(event, now), now);
    }
    settle(now);
  }

  private void owe(Decision decision, Moment now) {
    if (decision.order().isPresent() || !decision.records().isEmpty()) {
      decidedAt = now;
    }
    isEnding |= decision.order().isPresent();
    order = decision.order().or(() -> order);
    records.addAll(decision.records());
    effects.addAll(decision.effects());
    wanted = decision.wakeAt();
  }

  private void settle(Moment now) throws IOException {
    if (isDurable(now)) {
      performAll(now);
    } else {
      performWhatNeedsNoRecord();
    }
    wake(pause.isEmpty() ? wanted : earliest(wanted, retryAt));
  }

  private boolean isDurable(Moment now) throws IOException {
    if (order.isEmpty() && records.isEmpty()) {
      return true;
    }
    if (pause.isPresent() && now.uptime().compareTo(retryAt) < 0 && !isOver()) {
      return false;
    }
    try {
      journal.persist(order, List.copyOf(records), decidedAt);
    } catch (IOException e) {
      if (isOver()) {
        throw new IOException(
            "the task was told to end and nothing of it is alive, but that cannot be recorded: "
                + e.getMessage(),
            e);
      }
      putOff(e, now);
      return false;
    }
    if (pause.isPresent()) {
      pause = Optional.empty();
      hands.perform(new Report("the checkpoint can be written again; going on"));
    }
    order = Optional.empty();
    records.clear();
    return true;
  }

  private void putOff(IOException failure, Moment now) throws IOException {
    if (pause.isEmpty()) {
      hands.perform(
          new Report(failure.getMessage() + "; nothing new is begun until it can be written"));
    }
    Duration longer = pause.map(it -> it.multipliedBy(2)).orElse(FIRST_RETRY);
    longer = longer.compareTo(LAST_RETRY) < 0 ? longer : LAST_RETRY;
    pause = Optional.of(longer);
    retryAt = now.uptime().plus(longer);
  }

  private boolean isOver() {
    return effects.stream().anyMatch(effect -> effect instanceof Exit);
  }

  private void performAll(Moment now) throws IOException {
    List<TaskEffect> due = List.copyOf(effects);
    effects.clear();
    for (TaskEffect effect : due) {
      if (effect instanceof Launch launch && !machine.isWanted(launch)) {
        // It was owed for so long that its time has gone by.
        owe(machine.handle(new TaskEvent.LaunchDeferred(launch.process()), now), now);
      } else {
        hands.perform(effect);
      }
    }
  }

  private void performWhatNeedsNoRecord() throws IOException {
    for (Iterator<TaskEffect> owed = effects.iterator(); owed.hasNext(); ) {
      TaskEffect effect = owed.next();
      // What is found late would be taken for what has been launched since.
      if (effect instanceof Adopt || (isEnding && !effect.needsRecord())) {
        owed.remove();
        hands.perform(effect);
      }
    }
  }

  private void wake(Optional<Duration> uptime) throws IOException {
    if (!uptime.equals(wakeAt)) {
      wakeAt = uptime;
      hands.wakeAt(uptime);
    }
  }

  private static Optional<Duration> earliest(Optional<Duration> a, Duration b) {
    return Optional.of(a.isPresent() && a.get().compareTo(b) < 0 ? a.get() : b);
  }
}
