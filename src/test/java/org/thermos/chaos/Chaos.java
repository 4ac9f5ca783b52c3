package org.thermos.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.FrameworkInfo.Capability;
import org.thermos.agent.AgentSettings;
import org.thermos.agent.EmbeddedAgent;
import org.thermos.agent.Listener;
import org.thermos.agent.StatusUpdate;
import org.thermos.agent.Timeouts;

/**
 * Runs tasks on an embedded agent while it kills what runs them, and compares in the end what they
 * say themselves with what was recorded and told. {@code scripts/chaos} is its command line.
 */
final class Chaos implements Listener, AutoCloseable {
  private static final Duration PROGRESS = Duration.ofSeconds(10);

  /** One task in so many is killed more often than an executor tolerates. */
  private static final int RECKLESS = 15;

  private static final String EXECUTOR_FLAGS = " --stop_timeout_in_secs=16";

  private final ChaosOptions options;
  private final Path directory;
  private final Path executor;
  private final PrintStream out;
  private final Tally tally = new Tally();
  private final TaskMaker tasks;
  private final Random random;
  private final Map<String, Trial> trials = new ConcurrentHashMap<>();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final EmbeddedAgent agent;
  private volatile boolean failed;

  /**
   * @param executor the program
   */
  Chaos(ChaosOptions options, Path directory, Path executor, PrintStream out) throws IOException {
    this.options = options;
    this.directory = directory;
    this.executor = executor;
    this.out = out;
    this.tasks = new TaskMaker(options.seed());
    this.random = new Random(options.seed() + 1);
    FrameworkInfo framework =
        FrameworkInfo.newBuilder()
            .setId(FrameworkID.newBuilder().setValue("chaos"))
            .setUser(System.getProperty("user.name"))
            .setName("chaos")
            .setCheckpoint(true)
            .addCapabilities(Capability.newBuilder().setType(Capability.Type.TASK_KILLING_STATE))
            .build();
    Timeouts usual = Timeouts.DEFAULTS;
    Timeouts timeouts =
        new Timeouts(
            usual.registration(),
            Duration.ofSeconds(4),
            Duration.ofSeconds(20),
            usual.recovery(),
            Duration.ofSeconds(1),
            usual.updateRetryMaximum(),
            usual.routing(),
            usual.recovering());
    agent =
        EmbeddedAgent.start(
            AgentSettings.of(directory.resolve("agent"), framework).with(timeouts), this);
  }

  Tally tally() {
    return tally;
  }

  /** Runs until its time is over and every task has ended; true if nothing was found wrong. */
  boolean run() throws IOException, InterruptedException {
    Instant end = Instant.now().plus(options.time());
    ExecutorService workers = Executors.newFixedThreadPool(options.tasks());
    for (int i = 0; i < options.tasks(); i++) {
      workers.execute(() -> work(end));
    }
    workers.shutdown();
    var unused =
        later.scheduleAtFixedRate(
            () -> out.println(tally.line()),
            PROGRESS.toSeconds(),
            PROGRESS.toSeconds(),
            TimeUnit.SECONDS);
    Disturber disturber = new Disturber(options.seed() + 2, agent, later);
    while (!workers.isTerminated()) {
      List<Trial> open = trials.values().stream().filter(Trial::isOpen).toList();
      disturber.strike(open).ifPresent(tally::add);
      double pause = -Math.log(1 - random.nextDouble()) * options.pause().toMillis();
      workers.awaitTermination((long) pause, TimeUnit.MILLISECONDS);
    }
    return !failed;
  }

  private void work(Instant end) {
    while (!failed && Instant.now().isBefore(end)) {
      Trial trial = next();
      try {
        List<String> wrong = trial.run();
        Audit.Finding finding = Audit.of(trial);
        finding.wrong().addAll(0, wrong);
        tally.add(finding);
        if (finding.wrong().isEmpty()) {
          delete(trial.ledger().directory());
          delete(trial.directory());
        } else {
          failed = true;
          report(trial, finding);
        }
      } catch (IOException | RuntimeException e) {
        failed = true;
        out.println("cannot go on with task " + trial.task().id());
        e.printStackTrace(out);
      } catch (InterruptedException e) {
        return;
      } finally {
        trials.remove(trial.task().id());
      }
    }
  }

  private synchronized Trial next() {
    ChaosTask task = tasks.next();
    boolean isReckless = random.nextInt(RECKLESS) == 0;
    Trial trial =
        new Trial(
            task,
            new Ledger(directory.resolve("ledgers").resolve(task.id())),
            agent,
            "exec " + executor + EXECUTOR_FLAGS,
            isReckless ? Integer.MAX_VALUE : Trial.TOLERATED_RUNNER_DEATHS);
    trials.put(task.id(), trial);
    return trial;
  }

  private synchronized void report(Trial trial, Audit.Finding finding) {
    out.println("task " + trial.task().id() + ", seed " + options.seed() + ": disagreements");
    finding.wrong().forEach(it -> out.println("  " + it));
    out.println("  blows    " + trial.blows());
    trial
        .updates()
        .forEach(it -> out.println("  update   " + it.getState() + " " + it.getMessage()));
    out.println("  ledger   " + trial.ledger().directory());
    out.println("  sandbox  " + trial.directory());
  }

  @Override
  public void updated(StatusUpdate update) {
    update.acknowledge();
    if (update.attempt() == 1) {
      Optional.ofNullable(trials.get(update.status().getTaskId().getValue()))
          .ifPresent(trial -> trial.updated(update.status()));
    }
  }

  @Override
  public void close() {
    failed = true; // Nothing is launched any more.
    later.shutdownNow();
    agent.close();
    for (Trial trial : trials.values()) {
      if (trial.isLaunched()) {
        tearDown(trial);
      }
    }
  }

  private void tearDown(Trial trial) {
    try {
      trial.remains().tearDown();
    } catch (IOException e) {
      out.println("cannot look for what is left of " + trial.task().id() + ": " + e);
    }
  }

  /** Removes a directory and all below it, as far as possible. */
  static void delete(Path directory) throws IOException {
    try (java.util.stream.Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
