package org.thermos.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointRecord;

/**
 * The one place that says in which order a decision is carried out: the records are made durable,
 * then the effects are performed. The decisions of all events at hand share one sync.
 */
final class TaskDriver {
  private final TaskMachine machine;
  private final Journal journal;
  private final Hands hands;
  private Optional<Duration> wakeAt = Optional.empty();

  TaskDriver(TaskMachine machine, Journal journal, Hands hands) {
    this.machine = machine;
    this.journal = journal;
    this.hands = hands;
  }

  void start(Moment now) throws IOException {
    carryOut(List.of(machine.start(now)));
  }

  void handle(List<TaskEvent> events, Moment now) throws IOException {
    List<Decision> decisions = new ArrayList<>();
    for (TaskEvent event : events) {
      if (event instanceof TaskEvent.TimerFired) {
        wakeAt = Optional.empty(); // Spent: the same time may have to be asked for again.
      }
      decisions.add(machine.handle(event, now));
    }
    carryOut(decisions);
  }

  private void carryOut(List<Decision> decisions) throws IOException {
    List<CheckpointRecord> records = new ArrayList<>();
    for (Decision decision : decisions) {
      records.addAll(decision.records());
    }
    if (!records.isEmpty()) {
      journal.append(records);
    }
    for (Decision decision : decisions) {
      for (TaskEffect effect : decision.effects()) {
        hands.perform(effect);
      }
    }
    if (!decisions.isEmpty()) {
      Optional<Duration> wanted = decisions.get(decisions.size() - 1).wakeAt();
      if (!wanted.equals(wakeAt)) {
        wakeAt = wanted;
        hands.wakeAt(wanted);
      }
    }
  }
}
