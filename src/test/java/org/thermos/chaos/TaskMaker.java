package org.thermos.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.thermos.chaos.ChaosProcess.Kind;
import org.thermos.checkpoint.TaskState;

/**
 * Makes tasks of every shape that end within seconds, or are to be killed within seconds: the same
 * ones for the same seed. Not thread-safe.
 */
final class TaskMaker {
  private final Random random;
  private final Behaviours behaviours;
  private int made;

  TaskMaker(long seed) {
    this.random = new Random(seed);
    this.behaviours = new Behaviours(random);
  }

  ChaosTask next() {
    made++;
    List<ChaosProcess> processes = new ArrayList<>();
    int regular = 1 + random.nextInt(5);
    boolean fails = random.nextInt(8) == 0;
    boolean isKilled = random.nextInt(4) == 0;
    int odd = random.nextInt(regular);
    for (int i = 0; i < regular; i++) {
      processes.add(
          i != odd
              ? good(i)
              : fails ? bad(i) : isKilled ? endless("p" + i, Kind.REGULAR) : good(i));
    }
    int ephemerals = random.nextInt(3);
    for (int i = 0; i < ephemerals; i++) {
      processes.add(ephemeral("e" + i));
    }
    int finalizers = random.nextInt(3);
    for (int i = 0; i < finalizers; i++) {
      processes.add(finalizer("f" + i, i == 0 ? List.of() : List.of("f" + random.nextInt(i))));
    }
    // Those that never end must leave room for the others.
    int room = ephemerals + (isKilled ? 1 : 0);
    return new ChaosTask(
        "chaos-" + made,
        processes,
        random.nextBoolean() ? 0 : room + 1 + random.nextInt(2),
        random.nextBoolean() ? 2 : 6,
        isKilled && !fails
            ? Optional.of(Duration.ofMillis(500 + random.nextInt(6_000)))
            : Optional.empty(),
        fails ? TaskState.FAILED : isKilled ? TaskState.KILLED : TaskState.SUCCESS);
  }

  private ChaosProcess good(int number) {
    int minDuration = random.nextInt(2);
    return switch (random.nextInt(5)) {
      case 0 -> {
        int failures = 1 + random.nextInt(2);
        int most = random.nextInt(4) == 0 ? 0 : failures + 1 + random.nextInt(2);
        yield process(number, most, minDuration, false, behaviours.succeedingAfter(failures));
      }
      case 1 -> process(number, 1, minDuration, true, behaviours.talking());
      default -> process(number, 1, minDuration, false, behaviours.succeeding());
    };
  }

  private ChaosProcess bad(int number) {
    return process(number, 1 + random.nextInt(3), random.nextInt(2), false, behaviours.failing());
  }

  private ChaosProcess process(
      int number, int maxFailures, int minDuration, boolean rotates, String body) {
    return new ChaosProcess(
        "p" + number, Kind.REGULAR, earlier(number), maxFailures, minDuration, rotates, body);
  }

  private ChaosProcess endless(String name, Kind kind) {
    String body = random.nextInt(3) == 0 ? behaviours.stubborn() : behaviours.endless();
    return new ChaosProcess(name, kind, List.of(), 1, 1, false, body);
  }

  private ChaosProcess ephemeral(String name) {
    if (random.nextBoolean()) {
      return endless(name, Kind.EPHEMERAL);
    }
    return new ChaosProcess(
        name, Kind.DAEMON, List.of(), 1, 1, false, behaviours.succeedingAfter(0));
  }

  private ChaosProcess finalizer(String name, List<String> after) {
    String body = random.nextInt(4) == 0 ? behaviours.failing() : behaviours.succeeding();
    return new ChaosProcess(name, Kind.FINALIZER, after, 1, 0, false, body);
  }

  /** Up to two of the processes before this one. */
  private List<String> earlier(int number) {
    List<String> earlier = new ArrayList<>();
    for (int i = 0; i < number && earlier.size() < 2; i++) {
      if (random.nextInt(3) == 0) {
        earlier.add("p" + i);
      }
    }
    return earlier;
  }
}
