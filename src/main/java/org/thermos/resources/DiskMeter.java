package org.thermos.resources;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.BrokerEvent.MeterEnded;
import org.thermos.process.BrokerEvent.Metered;

/**
 * Holds tasks to their limits of disk (health 7.10). The measuring is done by a native process
 * beside the broker; nothing happens here but when it tells something.
 *
 * <p>Belongs to the thread that owns the broker, which hands it the broker's events. The process
 * ends with the broker; there is nothing to close.
 */
public final class DiskMeter {
  /** As often as the original walks; if nothing on the file system has changed nothing is done. */
  private static final Duration VERIFICATION = Duration.ofSeconds(60);

  /** A meter that ends sooner than this would only end again. */
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(10);

  private final Broker broker;
  private final Log log;
  private final LongSupplier nanoTime;
  private final Map<Integer, Subject> subjects = new HashMap<>();
  private int lastSubject;
  private long startedAt;

  public DiskMeter(Broker broker, Log log) {
    this(broker, log, System::nanoTime);
  }

  /**
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  DiskMeter(Broker broker, Log log, LongSupplier nanoTime) {
    this.broker = broker;
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /**
   * Begins to measure a task.
   *
   * @param directories what the limit is about, each with all below it; one that is still missing
   *     is found within a minute or so of being made
   * @param limitBytes the most that may be used
   * @throws IOException if a directory cannot be looked up or the meter cannot be started
   */
  public void start(String task, Collection<Path> directories, long limitBytes) throws IOException {
    List<Path> real = new ArrayList<>();
    for (Path directory : directories) {
      real.add(realPath(directory));
    }
    if (subjects.isEmpty()) {
      startedAt = nanoTime.getAsLong();
    }
    Subject subject = new Subject(task, real, limitBytes);
    broker.meter(++lastSubject, real, limitBytes, VERIFICATION);
    subjects.put(lastSubject, subject);
  }

  /** Measures a task no longer. */
  public void stop(String task) throws IOException {
    for (Map.Entry<Integer, Subject> entry : Map.copyOf(subjects).entrySet()) {
      if (entry.getValue().task.equals(task)) {
        subjects.remove(entry.getKey());
        broker.stopMeter(entry.getKey());
      }
    }
  }

  /** Bytes, to a 64th of the limit; empty as long as it is not known. */
  public OptionalLong used(String task) {
    return subjects.values().stream()
        .filter(subject -> subject.task.equals(task) && subject.known)
        .mapToLong(subject -> subject.used)
        .findFirst();
  }

  /**
   * Takes an event of the broker, of whatever kind.
   *
   * @return the overrun that it tells of; each task's first only
   */
  public Optional<DiskOverrun> handle(BrokerEvent event) {
    if (event instanceof MeterEnded ended) {
      restart(ended);
    }
    if (!(event instanceof Metered metered)) {
      return Optional.empty();
    }
    Subject subject = subjects.get(metered.subject());
    return subject == null ? Optional.empty() : subject.take(metered, log);
  }

  /** What lies within may be anybody's links; the way to it is ours. */
  private static Path realPath(Path directory) throws IOException {
    try {
      return directory.toRealPath();
    } catch (NoSuchFileException e) {
      return directory.toAbsolutePath();
    }
  }

  private void restart(MeterEnded ended) {
    long now = nanoTime.getAsLong();
    boolean again = now - startedAt >= SHORTEST_LIFE.toNanos();
    startedAt = now;
    log.error(
        "The disk meter has ended ("
            + ended.status()
            + "): "
            + (again ? "it is started again" : "no disk limit is enforced from now on"));
    if (again) {
      subjects.forEach(this::meterAgain);
    }
  }

  /** A host that has no process to spare is no reason to end its tasks. */
  private void meterAgain(int number, Subject subject) {
    try {
      broker.meter(number, subject.directories, subject.limit, VERIFICATION);
    } catch (IOException e) {
      log.error(
          "Cannot hold task " + subject.task + " to its disk limit any more: " + e.getMessage());
    }
  }

  private static final class Subject {
    private final String task;
    private final List<Path> directories;
    private final long limit;
    private boolean known;
    private long used;
    private boolean exceeded;
    private boolean warned;

    private Subject(String task, List<Path> directories, long limit) {
      this.task = task;
      this.directories = directories;
      this.limit = limit;
    }

    private Optional<DiskOverrun> take(Metered metered, Log log) {
      known = true;
      used = metered.used();
      if (!warned && (metered.incomplete() || metered.late())) {
        warned = true;
        log.error(
            metered.incomplete()
                ? "Task " + task + " uses more disk than can be measured: not all could be read"
                : "Overruns of disk are noticed later: inotify watches are lacking"
                    + " (raise fs.inotify.max_user_watches)");
      }
      if (exceeded || used <= limit) {
        return Optional.empty();
      }
      exceeded = true;
      return Optional.of(new DiskOverrun(task, limit, used));
    }
  }
}
