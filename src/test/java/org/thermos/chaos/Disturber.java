package org.thermos.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.thermos.agent.EmbeddedAgent;

/**
 * Deals one blow after the other to tasks that are open. Half of them come right after a record was
 * written, when most is under way.
 */
final class Disturber {
  private static final Duration RECORD_PATIENCE = Duration.ofMillis(300);
  private static final int LONGEST_FREEZE_MS = 4_000;
  private static final int LONGEST_OUTAGE_MS = 1_500;

  private final Random random;
  private final EmbeddedAgent agent;
  private final ScheduledExecutorService later;

  /**
   * @param later for what ends a freeze
   */
  Disturber(long seed, EmbeddedAgent agent, ScheduledExecutorService later) {
    this.random = new Random(seed);
    this.agent = agent;
    this.later = later;
  }

  /** The next one, if the task it falls on offers what it needs. */
  Optional<Blow.Kind> strike(List<Trial> trials) throws IOException, InterruptedException {
    Blow.Kind kind = choose();
    if (trials.isEmpty()) {
      return Optional.empty();
    }
    Trial trial = trials.get(random.nextInt(trials.size()));
    if (kind.killsRunner() && !trial.mayLoseRunner()) {
      return Optional.empty();
    }
    boolean dealt =
        switch (kind) {
          case RUNNER, RUNNERS_BROKER, COORDINATOR, RUNNER_AND_COORDINATOR, EXECUTOR ->
              killed(trial, kind);
          case FROZEN_RUNNER -> froze(trial);
          case CUT_STREAM -> {
            trial.note(blow(kind, List.of()));
            agent.cutStream(trial.executor());
            yield true;
          }
          case SCHEDULERS_KILL -> {
            trial.kill();
            yield true;
          }
          case AGENT -> {
            trials.forEach(it -> it.note(blow(kind, List.of())));
            restartAgent();
            yield true;
          }
        };
    return dealt ? Optional.of(kind) : Optional.empty();
  }

  private Blow.Kind choose() {
    int total = 0;
    for (Blow.Kind kind : Blow.Kind.values()) {
      total += kind.weight();
    }
    int ticket = random.nextInt(total);
    for (Blow.Kind kind : Blow.Kind.values()) {
      ticket -= kind.weight();
      if (ticket < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("weights do not add up");
  }

  private boolean killed(Trial trial, Blow.Kind kind) throws IOException {
    List<Host.Entry> victims = victims(trial, kind);
    if (victims.isEmpty()) {
      return false;
    }
    awaitMoment(trial);
    // Noted first: its consequences may be judged before this thread goes on.
    trial.note(blow(kind, victims));
    return victims.stream().filter(it -> Host.signal(it, Host.SIGKILL)).count() > 0;
  }

  private static Blow blow(Blow.Kind kind, List<Host.Entry> victims) {
    Set<Integer> pids = victims.stream().map(Host.Entry::pid).collect(Collectors.toSet());
    return new Blow(kind, Instant.now(), pids);
  }

  /** All that this blow kills; empty if some of it is not there. */
  private List<Host.Entry> victims(Trial trial, Blow.Kind kind) throws IOException {
    String task = trial.task().id();
    List<Host.Entry> all = Host.processes();
    List<Host.Entry> runners = all.stream().filter(it -> it.runs(task)).toList();
    List<Host.Entry> coordinators =
        all.stream().filter(it -> it.coordinates(task).isPresent()).toList();
    List<Host.Entry> brokers =
        all.stream()
            .filter(Host.Entry::isBroker)
            .filter(it -> runners.stream().anyMatch(runner -> runner.pid() == it.parent()))
            .toList();
    List<Host.Entry> chosen = new ArrayList<>();
    switch (kind) {
      case RUNNER -> chosen.addAll(runners);
      case RUNNERS_BROKER -> chosen.addAll(brokers);
      case COORDINATOR -> any(coordinators).ifPresent(chosen::add);
      case RUNNER_AND_COORDINATOR -> {
        if (!runners.isEmpty() && !coordinators.isEmpty()) {
          chosen.addAll(runners);
          any(coordinators).ifPresent(chosen::add);
        }
        Collections.shuffle(chosen, random);
      }
      case EXECUTOR -> executor(all, runners).ifPresent(chosen::add);
      case AGENT, FROZEN_RUNNER, CUT_STREAM, SCHEDULERS_KILL ->
          throw new IllegalArgumentException(kind + " kills nobody");
    }
    return chosen;
  }

  /** The JVM whose broker started the runner. */
  private static Optional<Host.Entry> executor(List<Host.Entry> all, List<Host.Entry> runners) {
    return runners.stream()
        .findFirst()
        .flatMap(runner -> find(all, runner.parent()))
        .flatMap(broker -> find(all, broker.parent()))
        .filter(it -> it.command().contains("ExecutorProgram"));
  }

  private static Optional<Host.Entry> find(List<Host.Entry> all, int pid) {
    return all.stream().filter(it -> it.pid() == pid).findFirst();
  }

  private Optional<Host.Entry> any(List<Host.Entry> entries) {
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(entries.get(random.nextInt(entries.size())));
  }

  private boolean froze(Trial trial) throws IOException {
    List<Host.Entry> runners =
        Host.processes().stream().filter(it -> it.runs(trial.task().id())).toList();
    if (runners.isEmpty()) {
      return false;
    }
    awaitMoment(trial);
    trial.note(blow(Blow.Kind.FROZEN_RUNNER, runners));
    runners.forEach(it -> Host.signal(it, Host.SIGSTOP));
    var unused =
        later.schedule(
            () -> runners.forEach(it -> Host.signal(it, Host.SIGCONT)),
            200 + random.nextInt(LONGEST_FREEZE_MS),
            TimeUnit.MILLISECONDS);
    return true;
  }

  private void restartAgent() throws IOException, InterruptedException {
    agent.stop();
    TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_OUTAGE_MS));
    agent.restart();
  }

  /** At once, or shortly after the task's next record. */
  private void awaitMoment(Trial trial) {
    if (random.nextBoolean()) {
      return;
    }
    Path stream = trial.paths().runnerCheckpoint();
    long size = size(stream);
    long deadline = System.nanoTime() + RECORD_PATIENCE.toNanos();
    while (size(stream) == size && System.nanoTime() < deadline) {
      LockSupport.parkNanos(100_000); // An event would come later than what it announces.
    }
    LockSupport.parkNanos(random.nextInt(3_000_000));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return -1; // Not yet there.
    }
  }
}
