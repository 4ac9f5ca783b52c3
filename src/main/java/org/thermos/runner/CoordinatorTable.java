package org.thermos.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thermos.checkpoint.ProcessState;

/**
 * The runs that have, or may have, a coordinator: from the moment WAITING is decided until the
 * coordinator is known to be gone, which is a little later than the record that ends the run.
 */
final class CoordinatorTable {

  /** What is known of a run's coordinator. */
  enum Standing {
    /** An earlier runner may have started one; it is being looked for. */
    SOUGHT,
    /** It was launched, or found. */
    PRESENT,
    /** Its launch was put off, since the previous one has not let go of the stream. */
    DEFERRED,
    /** It is gone without having recorded an end; what it started is being killed. */
    ORPHANED
  }

  /**
   * @param run index in the process' history
   * @param seq sequence number of the run's WAITING record
   * @param state the run's recorded state
   * @param retryAt uptime at which a deferred launch or an incomplete kill is tried again
   */
  record Entry(
      String process,
      int run,
      long seq,
      ProcessState state,
      Standing standing,
      Optional<Duration> retryAt) {

    /** A run that has nothing but its WAITING record, and is being launched. */
    static Entry launching(String process, int run, long seq) {
      return new Entry(process, run, seq, ProcessState.WAITING, Standing.PRESENT, Optional.empty());
    }

    boolean isOver() {
      return state.isTerminal();
    }

    boolean isDue(Duration uptime) {
      return retryAt.isPresent() && retryAt.get().compareTo(uptime) <= 0;
    }

    /** The coordinator spoke, so it is there. */
    Entry in(ProcessState newState) {
      return new Entry(process, run, seq, newState, Standing.PRESENT, Optional.empty());
    }

    Entry with(Standing newStanding) {
      return new Entry(process, run, seq, state, newStanding, Optional.empty());
    }

    Entry with(Standing newStanding, Duration retry) {
      return new Entry(process, run, seq, state, newStanding, Optional.of(retry));
    }
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private int unfinished;

  void put(Entry entry) {
    Entry previous = entries.put(entry.process(), entry);
    unfinished += (entry.isOver() ? 0 : 1) - (previous == null || previous.isOver() ? 0 : 1);
  }

  void remove(String process) {
    Entry previous = entries.remove(process);
    unfinished -= previous == null || previous.isOver() ? 0 : 1;
  }

  Optional<Entry> get(String process) {
    return Optional.ofNullable(entries.get(process));
  }

  boolean has(String process) {
    return entries.containsKey(process);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** How many runs have no end recorded. */
  int unfinishedCount() {
    return unfinished;
  }

  /** The runs that have no end recorded, oldest first. A copy. */
  List<Entry> unfinished() {
    List<Entry> result = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (!entry.isOver()) {
        result.add(entry);
      }
    }
    return result;
  }

  /** Every entry, oldest first. A copy. */
  List<Entry> all() {
    return List.copyOf(entries.values());
  }
}
