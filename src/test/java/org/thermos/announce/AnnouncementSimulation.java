package org.thermos.announce;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * A ZooKeeper in which connections break at any moment, answers are lost, sessions expire, servers
 * refuse and strangers delete; and one announcement that lives there.
 */
final class AnnouncementSimulation {
  private static final Duration STEP = Duration.ofMillis(500);

  private final Random random;
  private final AnnouncementMachine machine;
  private final TreeSet<String> nodes = new TreeSet<>();
  private final List<AnnouncementEvent> answers = new ArrayList<>();
  private final List<AnnounceReport> reports = new ArrayList<>();
  private final List<Withdrawal> withdrawals = new ArrayList<>();
  private final List<Runnable> queue = new ArrayList<>();
  private Optional<Duration> wakeAt = Optional.empty();
  private Duration now = Duration.ofSeconds(1000);
  private boolean connected;
  private int created;
  boolean troubled = true;

  AnnouncementSimulation(long seed, Optional<Duration> budget, boolean gated) {
    random = new Random(seed);
    machine = new AnnouncementMachine(budget, gated, now);
    tell(new AnnouncementEvent.TimeCame());
  }

  /** Lets things happen: trouble, if there is any, an answer, time. */
  void step() {
    now = now.plus(STEP);
    if (troubled) {
      trouble();
    } else if (!connected) {
      connect();
    }
    if (!answers.isEmpty() && random.nextInt(3) > 0) {
      tell(answers.remove(0));
    }
    if (wakeAt.isPresent() && wakeAt.get().compareTo(now) <= 0) {
      wakeAt = Optional.empty();
      tell(new AnnouncementEvent.TimeCame());
    }
  }

  private void trouble() {
    switch (random.nextInt(12)) {
      case 0, 1 -> connect();
      case 2 -> disconnect();
      case 3 -> expire();
      case 4 -> deleteByStranger();
      default -> {}
    }
  }

  private void connect() {
    if (!connected) {
      connected = true;
      answers.add(0, new AnnouncementEvent.Connected());
      List<Runnable> queued = List.copyOf(queue);
      queue.clear();
      queued.forEach(Runnable::run);
    }
  }

  private void disconnect() {
    if (connected) {
      connected = false;
      // Those on their way were given or not; the client tells of none.
      answers.replaceAll(
          it ->
              it instanceof AnnouncementEvent.Deleted // Told when the watches are set again.
                      || it instanceof AnnouncementEvent.Connected
                  ? it
                  : new AnnouncementEvent.Unanswered(operation(it)));
      List<AnnouncementEvent> told = List.copyOf(answers);
      answers.clear();
      told.forEach(this::tell);
      tell(new AnnouncementEvent.Suspended());
    }
  }

  private void expire() {
    disconnect();
    nodes.clear();
    queue.clear();
    answers.clear();
    tell(new AnnouncementEvent.Expired());
  }

  private void deleteByStranger() {
    if (!nodes.isEmpty()) {
      String victim = nodes.first();
      nodes.remove(victim);
      answers.add(new AnnouncementEvent.Deleted(victim));
    }
  }

  void tell(AnnouncementEvent event) {
    for (AnnouncementEffect effect : machine.on(event, now)) {
      perform(effect);
    }
  }

  void withdraw(Duration limit) {
    tell(new AnnouncementEvent.Withdraw(now.plus(limit)));
  }

  private void perform(AnnouncementEffect effect) {
    if (effect instanceof AnnouncementEffect.WakeAt it) {
      wakeAt = Optional.of(it.when());
    } else if (effect instanceof AnnouncementEffect.Report it) {
      reports.add(it.report());
    } else if (effect instanceof AnnouncementEffect.Withdrawn it) {
      withdrawals.add(it.outcome());
    } else if (effect instanceof AnnouncementEffect.Create it) {
      operate(it.operation(), this::create);
    } else if (effect instanceof AnnouncementEffect.Search it) {
      operate(
          it.operation(),
          operation -> new AnnouncementEvent.Found(operation, nodes.stream().findFirst()));
    } else if (effect instanceof AnnouncementEffect.Watch it) {
      operate(
          it.operation(),
          operation ->
              nodes.contains(it.node())
                  ? new AnnouncementEvent.Watched(operation)
                  : new AnnouncementEvent.Gone(operation));
    } else if (effect instanceof AnnouncementEffect.Delete it) {
      operate(
          it.operation(),
          operation -> {
            nodes.remove(it.node());
            return new AnnouncementEvent.Gone(operation);
          });
    }
  }

  private AnnouncementEvent create(int operation) {
    String node = "member_%010d".formatted(created++);
    nodes.add(node);
    return new AnnouncementEvent.Created(operation, node);
  }

  private void operate(int operation, IntFunction<AnnouncementEvent> server) {
    int fate = troubled ? random.nextInt(8) : 7;
    if (!connected && fate > 4) {
      queue.add(() -> operate(operation, server)); // It hears of the break only after this.
    } else if (!connected) {
      answers.add(new AnnouncementEvent.Unanswered(operation));
    } else if (fate == 0) {
      answers.add(new AnnouncementEvent.Refused(operation, "no"));
    } else if (fate == 1) {
      answers.add(new AnnouncementEvent.Unanswered(operation)); // Never came to the server.
    } else {
      answers.add(server.apply(operation));
    }
  }

  private static int operation(AnnouncementEvent answer) {
    if (answer instanceof AnnouncementEvent.Created it) {
      return it.operation();
    } else if (answer instanceof AnnouncementEvent.Found it) {
      return it.operation();
    } else if (answer instanceof AnnouncementEvent.Watched it) {
      return it.operation();
    } else if (answer instanceof AnnouncementEvent.Gone it) {
      return it.operation();
    } else if (answer instanceof AnnouncementEvent.Refused it) {
      return it.operation();
    } else if (answer instanceof AnnouncementEvent.Unanswered it) {
      return it.operation();
    }
    throw new AssertionError("not an answer: " + answer);
  }

  SortedSet<String> nodes() {
    return nodes;
  }

  int created() {
    return created;
  }

  List<AnnounceReport> reports() {
    return reports;
  }

  List<Withdrawal> withdrawals() {
    return withdrawals;
  }

  Optional<Duration> missingFor() {
    return machine.missingSince().map(now::minus);
  }

  /** Enough steps for everything that is owed to be done, if nothing disturbs. */
  void settle() {
    troubled = false;
    for (int i = 0; i < 100; i++) {
      step();
    }
  }
}
