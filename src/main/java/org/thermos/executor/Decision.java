package org.thermos.executor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an {@link ExecutorMachine} made of an event.
 *
 * @param effects to be performed, in this order
 * @param wakeAt when it wants a {@link ExecutorEvent.TimerFired}, in place of what it wanted before
 */
record Decision(List<ExecutorEffect> effects, Optional<Duration> wakeAt) {
  Decision {
    effects = List.copyOf(effects);
  }
}
