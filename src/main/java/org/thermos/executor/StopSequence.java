package org.thermos.executor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.thermos.config.Lifecycle;

/**
 * Decides what comes before a task that has to end is signalled: first it is announced no more, so
 * that nobody is sent to it, then it is told over HTTP if it wants to be (executor 6.10). Part of
 * {@link TaskSupervision}, and as pure.
 */
final class StopSequence {
  private enum Step {
    NOT_BEGUN,
    WITHDRAWING,
    POSTING,
    /** The task understood, and has some time to go. */
    WAITING,
    DONE
  }

  private final Lifecycle lifecycle;
  private final Consumer<? super SupervisionEffect> effects;
  private Step step = Step.NOT_BEGUN;
  private int posts;

  private Optional<Duration> withdrawBy = Optional.empty();
  private Optional<Duration> terminateAt = Optional.empty();
  private Optional<Duration> waitUntil = Optional.empty();

  StopSequence(Lifecycle lifecycle, Consumer<? super SupervisionEffect> effects) {
    this.lifecycle = lifecycle;
    this.effects = effects;
  }

  /** The task has to end. Said again, the earlier times count. */
  void begin(StopPlan plan, Duration now) {
    withdrawBy = earliest(withdrawBy, Optional.of(now.plus(plan.withdraw())));
    terminateAt = earliest(terminateAt, Optional.of(now.plus(plan.terminate())));
    if (step == Step.NOT_BEGUN) {
      step = Step.WITHDRAWING;
      effects.accept(new SupervisionEffect.StopCheckers());
    }
  }

  void checkersStopped() {
    if (step == Step.WITHDRAWING) {
      post();
    }
  }

  void answered(boolean wasHandled, Duration now) {
    if (step != Step.POSTING) {
      return;
    }
    if (wasHandled) {
      step = Step.WAITING;
      waitUntil = Optional.of(now.plus(steps().get(posts - 1).grace()));
    } else {
      post();
    }
  }

  void advance(Duration now) {
    if (step == Step.WITHDRAWING && isDue(withdrawBy, now)) {
      post();
    }
    if (step == Step.WAITING && isDue(waitUntil, now)) {
      post();
    }
    if (step != Step.NOT_BEGUN && isDue(terminateAt, now)) {
      step = Step.DONE;
    }
  }

  /** The task is over, however that came. */
  void over() {
    if (step == Step.NOT_BEGUN) {
      effects.accept(new SupervisionEffect.StopCheckers());
    }
    step = Step.DONE;
  }

  /** Whether the task was told to end over HTTP, be it that it did not listen. */
  boolean hasPosted() {
    return posts > 0;
  }

  /** Whether it is time for SIGTERM. */
  boolean isDone() {
    return step == Step.DONE;
  }

  /** When {@link #advance} has something to do, unless something else happens before. */
  Optional<Duration> nextWake() {
    return switch (step) {
      case NOT_BEGUN, DONE -> Optional.empty();
      case WITHDRAWING -> earliest(withdrawBy, terminateAt);
      case POSTING -> terminateAt;
      case WAITING -> earliest(waitUntil, terminateAt);
    };
  }

  private void post() {
    if (posts < steps().size()) {
      step = Step.POSTING;
      int port = ((Lifecycle.Http) lifecycle).port();
      effects.accept(new SupervisionEffect.PostLifecycle(port, steps().get(posts)));
      posts++;
    } else {
      step = Step.DONE;
    }
  }

  private List<Lifecycle.Step> steps() {
    return lifecycle instanceof Lifecycle.Http http ? http.escalation() : List.of();
  }

  private static boolean isDue(Optional<Duration> at, Duration now) {
    return at.isPresent() && at.get().compareTo(now) <= 0;
  }

  private static Optional<Duration> earliest(Optional<Duration> a, Optional<Duration> b) {
    return Stream.of(a, b).flatMap(Optional::stream).min(Duration::compareTo);
  }
}
