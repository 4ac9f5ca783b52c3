package org.thermos.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts. Thread-safe. */
final class Tally {
  private final Map<Blow.Kind, Integer> blows = new EnumMap<>(Blow.Kind.class);
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final List<Duration> adoptions = new ArrayList<>();
  private int tasks;
  private int runs;
  private int lost;
  private int retries;
  private int disagreements;

  synchronized void add(Blow.Kind blow) {
    blows.merge(blow, 1, Integer::sum);
  }

  synchronized void add(Audit.Finding finding) {
    tasks++;
    outcomes.merge(finding.outcome(), 1, Integer::sum);
    runs += finding.runs();
    lost += finding.lost();
    retries += finding.retries();
    adoptions.addAll(finding.adoptions());
    disagreements += finding.wrong().size();
  }

  synchronized int tasks() {
    return tasks;
  }

  synchronized int disagreements() {
    return disagreements;
  }

  synchronized int kills() {
    return blows.entrySet().stream()
        .filter(it -> it.getKey().isKill())
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  synchronized String line() {
    return "%d tasks, %d runs, %d kills, %d disagreements"
        .formatted(tasks, runs, kills(), disagreements);
  }

  synchronized String summary() {
    StringBuilder text = new StringBuilder();
    text.append("tasks              ").append(tasks).append(' ').append(outcomes).append('\n');
    text.append("runs               ").append(runs).append('\n');
    text.append("  LOST             ").append(lost).append('\n');
    text.append("  retries          ").append(retries).append('\n');
    text.append("kills              ").append(kills()).append('\n');
    blows.forEach((kind, count) -> text.append("  %-24s %d%n".formatted(kind.words(), count)));
    if (!adoptions.isEmpty()) {
      List<Duration> sorted = new ArrayList<>(adoptions);
      Collections.sort(sorted);
      text.append(
          "adoption           median %d ms, longest %d ms, of %d%n"
              .formatted(
                  sorted.get(sorted.size() / 2).toMillis(),
                  sorted.get(sorted.size() - 1).toMillis(),
                  sorted.size()));
    }
    text.append("disagreements      ").append(disagreements);
    return text.toString();
  }
}
