package org.thermos.announce;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The life of one announcement (health 7.8): from events and the time to effects, touching nothing.
 *
 * <p>At most one operation is under way. A creation that went unanswered may have made a node, so
 * nothing is created before that is found out: there are never two. Moments are readings of a
 * monotonic clock.
 */
final class AnnouncementMachine {
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /** After which silence the log says that there is no connection. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private enum State {
    /** There is no node, for certain. */
    ABSENT,
    CREATING,
    /** There may be a node. */
    UNCERTAIN,
    SEARCHING,
    /** There is a node. */
    JOINED,
    WATCHING,
    WATCHED,
    DELETING
  }

  private final Optional<Duration> connectDeadline;
  private final boolean gated;
  private final Duration patienceEnds;

  private final List<AnnouncementEffect> effects = new ArrayList<>();
  private State state = State.ABSENT;
  private Optional<String> node = Optional.empty();
  private int operation;
  private boolean connected;
  private boolean everConnected;
  private boolean impatient;
  private boolean healthy;
  private boolean failed;
  private Optional<Duration> withdrawBy = Optional.empty();
  private boolean withdrawn;
  private Optional<Duration> missingSince;
  private Duration retryAt;
  private Duration pause = SHORTEST_PAUSE;
  private String lastCause = "";

  /**
   * Wants to be announced from {@code now} on.
   *
   * @param connectBudget how long the first connection may take; empty: for ever
   * @param gated whether to be announced only while healthy
   */
  AnnouncementMachine(Optional<Duration> connectBudget, boolean gated, Duration now) {
    this.connectDeadline = connectBudget.map(now::plus);
    this.gated = gated;
    this.patienceEnds = now.plus(PATIENCE);
    this.missingSince = Optional.of(now);
    this.retryAt = now;
  }

  /** Since when the task should be announced and is not. */
  Optional<Duration> missingSince() {
    return wanted() ? missingSince : Optional.empty();
  }

  /** The node, if there is one for certain. */
  Optional<String> node() {
    return node;
  }

  /** Whether there is no node, for certain, and none will come. */
  boolean isOver() {
    return withdrawBy.isPresent() && state == State.ABSENT;
  }

  List<AnnouncementEffect> on(AnnouncementEvent event, Duration now) {
    effects.clear();
    apply(event, now);
    judgeConnection(now);
    proceed(now);
    judgeWithdrawal(now);
    wake(now);
    return List.copyOf(effects);
  }

  private void apply(AnnouncementEvent event, Duration now) {
    if (event instanceof AnnouncementEvent.Connected) {
      connected = true;
      everConnected = true;
      retryAt = now;
    } else if (event instanceof AnnouncementEvent.Suspended) {
      connected = false;
    } else if (event instanceof AnnouncementEvent.Expired) {
      connected = false;
      leave("the ZooKeeper session expired", now);
      retryAt = now;
    } else if (event instanceof AnnouncementEvent.Healthy it) {
      if (gated && it.healthy() && !healthy && node.isEmpty()) {
        missingSince = Optional.of(now);
      }
      healthy = it.healthy();
    } else if (event instanceof AnnouncementEvent.Withdraw it) {
      if (withdrawBy.isEmpty() || it.deadline().compareTo(withdrawBy.get()) < 0) {
        withdrawBy = Optional.of(it.deadline());
      }
      retryAt = now;
    } else if (event instanceof AnnouncementEvent.Deleted it) {
      if (node.equals(Optional.of(it.node()))) {
        // Whoever deletes it again and again sets no loop going.
        retryAt = state == State.DELETING ? now : now.plus(SHORTEST_PAUSE);
        leave(whyDeleted(), now);
      }
    } else if (!(event instanceof AnnouncementEvent.TimeCame)) {
      applyAnswer(event, now);
    }
  }

  private void applyAnswer(AnnouncementEvent event, Duration now) {
    if (event instanceof AnnouncementEvent.Created it && it.operation() == operation) {
      join(it.node());
    } else if (event instanceof AnnouncementEvent.Found it && it.operation() == operation) {
      state = State.ABSENT;
      it.node().ifPresent(this::join);
    } else if (event instanceof AnnouncementEvent.Watched it && it.operation() == operation) {
      state = State.WATCHED;
    } else if (event instanceof AnnouncementEvent.Gone it && it.operation() == operation) {
      leave(whyDeleted(), now);
    } else if (event instanceof AnnouncementEvent.Refused it && it.operation() == operation) {
      if (state == State.DELETING) {
        settle(Withdrawal.LEFT_TO_EXPIRY);
      }
      complain(it.cause());
      stepBack();
      retryAt = now.plus(pause);
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    } else if (event instanceof AnnouncementEvent.Unanswered it && it.operation() == operation) {
      state = state == State.CREATING ? State.UNCERTAIN : state;
      stepBack();
      retryAt = now.plus(SHORTEST_PAUSE); // At once when the connection is back.
    }
  }

  private String whyDeleted() {
    if (state != State.DELETING) {
      return "somebody else deleted " + node.orElseThrow();
    }
    return withdrawBy.isPresent() ? "the task is to end" : "the task is not healthy";
  }

  /** What was under way is not any more, and has changed nothing. */
  private void stepBack() {
    state =
        switch (state) {
          case CREATING -> State.ABSENT;
          case SEARCHING -> State.UNCERTAIN;
          case WATCHING, DELETING -> State.JOINED;
          default -> state;
        };
  }

  private void join(String made) {
    state = State.JOINED;
    node = Optional.of(made);
    missingSince = Optional.empty();
    pause = SHORTEST_PAUSE;
    lastCause = "";
    effects.add(new AnnouncementEffect.Log("Announced at " + made));
    effects.add(new AnnouncementEffect.Report(new AnnounceReport.Joined(made)));
  }

  private void leave(String why, Duration now) {
    operation++; // Whatever is still answered belongs to the node that was.
    state = State.ABSENT;
    if (node.isPresent()) {
      node = Optional.empty();
      missingSince = wanted() ? Optional.of(now) : Optional.empty();
      effects.add(new AnnouncementEffect.Log("Announced no longer: " + why));
      effects.add(new AnnouncementEffect.Report(new AnnounceReport.Left(why)));
    }
  }

  private boolean wanted() {
    return !failed && withdrawBy.isEmpty() && (!gated || healthy);
  }

  private void judgeConnection(Duration now) {
    if (everConnected || failed || withdrawBy.isPresent()) {
      return;
    }
    if (connectDeadline.isPresent() && now.compareTo(connectDeadline.get()) >= 0) {
      failed = true;
      effects.add(
          new AnnouncementEffect.Report(
              new AnnounceReport.Failed("Creating Announcer Serverset timed out.")));
    } else if (!impatient && now.compareTo(patienceEnds) >= 0) {
      impatient = true;
      effects.add(
          new AnnouncementEffect.Log(
              "Not announced for " + PATIENCE.toSeconds() + " s: no ZooKeeper answers; trying on"));
    }
  }

  private void proceed(Duration now) {
    if (!connected || now.compareTo(retryAt) < 0) {
      return;
    }
    switch (state) {
      case ABSENT -> {
        if (wanted()) {
          state = State.CREATING;
          effects.add(new AnnouncementEffect.Create(++operation));
        }
      }
      case UNCERTAIN -> {
        state = State.SEARCHING;
        effects.add(new AnnouncementEffect.Search(++operation));
      }
      case JOINED, WATCHING, WATCHED -> {
        if (!wanted()) {
          state = State.DELETING;
          effects.add(new AnnouncementEffect.Delete(++operation, node.orElseThrow()));
        } else if (state == State.JOINED) {
          state = State.WATCHING;
          effects.add(new AnnouncementEffect.Watch(++operation, node.orElseThrow()));
        }
      }
      case CREATING, SEARCHING, DELETING -> {} // An answer will come.
    }
  }

  private void judgeWithdrawal(Duration now) {
    if (withdrawBy.isPresent()) {
      if (state == State.ABSENT) {
        settle(Withdrawal.GONE);
      } else if (now.compareTo(withdrawBy.get()) >= 0) {
        settle(Withdrawal.LEFT_TO_EXPIRY);
      }
    }
  }

  private void settle(Withdrawal outcome) {
    if (withdrawBy.isPresent() && !withdrawn) {
      withdrawn = true;
      effects.add(new AnnouncementEffect.Withdrawn(outcome));
    }
  }

  private void complain(String cause) {
    if (!cause.equals(lastCause)) {
      lastCause = cause;
      effects.add(new AnnouncementEffect.Log(cause + "; trying again"));
    }
  }

  private void wake(Duration now) {
    List<Duration> moments = new ArrayList<>();
    moments.add(retryAt);
    if (!everConnected && withdrawBy.isEmpty() && !failed) {
      moments.add(patienceEnds);
      connectDeadline.ifPresent(moments::add);
    }
    if (!withdrawn) {
      withdrawBy.ifPresent(moments::add);
    }
    moments.stream()
        .filter(moment -> moment.compareTo(now) > 0)
        .min(Duration::compareTo)
        .ifPresent(moment -> effects.add(new AnnouncementEffect.WakeAt(moment)));
  }
}
