package org.thermos.announce;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.thermos.log.Log;

/** Lets one {@link AnnouncementMachine} live: everything on the announcer's thread. */
final class Membership implements AnnouncedTask {
  private final ScheduledExecutorService loop;
  private final Supplier<Duration> clock;
  private final Log log;
  private final Consumer<AnnounceReport> reports;
  private final AnnouncementMachine machine;
  private final CompletableFuture<Withdrawal> withdrawn = new CompletableFuture<>();
  private volatile Optional<Duration> missingSince;

  // Both absent until it has begun: a task that may not be announced never does.
  private Optional<MemberNode> hands = Optional.empty();
  private Runnable over = () -> {};
  private Future<?> alarm = CompletableFuture.completedFuture(null);

  Membership(
      AnnouncerSettings settings,
      ScheduledExecutorService loop,
      Supplier<Duration> clock,
      Log log,
      Consumer<AnnounceReport> reports) {
    this.loop = loop;
    this.clock = clock;
    this.log = log;
    this.reports = reports;
    this.machine =
        new AnnouncementMachine(settings.connectBudget(), settings.gatedOnHealth(), clock.get());
    this.missingSince = machine.missingSince();
  }

  /**
   * @param over run when there is no node and none will come, which may be long after a withdrawal
   *     that was given up; perhaps more than once
   */
  void begin(MemberNode hands, Runnable over) {
    this.hands = Optional.of(hands);
    this.over = over;
    handle(new AnnouncementEvent.TimeCame());
  }

  boolean holds(String node) {
    return machine.node().equals(Optional.of(node));
  }

  @Override
  public void setHealthy(boolean healthy) {
    loop.execute(() -> handle(new AnnouncementEvent.Healthy(healthy)));
  }

  @Override
  public CompletableFuture<Withdrawal> withdraw(Duration limit) {
    Duration deadline = clock.get().plus(limit);
    if (loop.isShutdown()) {
      settle(Withdrawal.LEFT_TO_EXPIRY);
    }
    loop.execute(() -> handle(new AnnouncementEvent.Withdraw(deadline)));
    return withdrawn.copy();
  }

  @Override
  public Duration disconnectedTime() {
    return missingSince.map(since -> clock.get().minus(since)).orElse(Duration.ZERO);
  }

  void settle(Withdrawal outcome) {
    withdrawn.complete(outcome);
  }

  void handle(AnnouncementEvent event) {
    try {
      List<AnnouncementEffect> effects = machine.on(event, clock.get());
      missingSince = machine.missingSince();
      effects.forEach(this::perform);
      if (machine.isOver()) {
        over.run();
      }
    } catch (RuntimeException e) {
      log.error("The announcer failed at " + event + ": " + e);
      reports.accept(new AnnounceReport.Failed("Internal announcer error: " + e));
    }
  }

  private void perform(AnnouncementEffect effect) {
    if (effect instanceof AnnouncementEffect.Create it) {
      hands.orElseThrow().create(it.operation());
    } else if (effect instanceof AnnouncementEffect.Search it) {
      hands.orElseThrow().search(it.operation());
    } else if (effect instanceof AnnouncementEffect.Watch it) {
      hands.orElseThrow().watch(it.operation(), it.node());
    } else if (effect instanceof AnnouncementEffect.Delete it) {
      hands.orElseThrow().delete(it.operation(), it.node());
    } else if (effect instanceof AnnouncementEffect.WakeAt it) {
      alarm.cancel(false);
      long nanos = it.when().minus(clock.get()).toNanos();
      alarm =
          loop.schedule(
              () -> handle(new AnnouncementEvent.TimeCame()), nanos, TimeUnit.NANOSECONDS);
    } else if (effect instanceof AnnouncementEffect.Log it) {
      log.info(it.message());
    } else if (effect instanceof AnnouncementEffect.Report it) {
      reports.accept(it.report());
    } else if (effect instanceof AnnouncementEffect.Withdrawn it) {
      settle(it.outcome());
    }
  }
}
