package org.thermos.mesos;

import java.time.Duration;
import java.util.Optional;

/**
 * How long the driver waits for what.
 *
 * @param exchange for connecting, and for each next byte of an answer
 * @param registration for the first subscription of an executor that does not checkpoint
 * @param acknowledgements for the agent's acknowledgements while stopping; they may never come
 * @param shutdownGracePeriod after which the agent kills an executor that it has told to shut down
 * @param abandonedShutdown the same when the driver shuts the executor down because its agent is
 *     gone: nobody else would end it
 * @param recovery present if the executor is to outlive its agent
 */
public record DriverTimings(
    Duration exchange,
    Duration registration,
    Duration acknowledgements,
    Duration shutdownGracePeriod,
    Duration abandonedShutdown,
    Optional<MesosEnvironment.Recovery> recovery) {

  /** The longest pause before anything is tried again. */
  static final Duration RETRY = Duration.ofSeconds(1);

  /** What a process may take to end that has nothing to do any more. */
  private static final Duration EXIT = Duration.ofMillis(500);

  private static final Duration SETTLING = Duration.ofSeconds(5);

  /** The longest pause between attempts to reach the agent: several must fit the time it waits. */
  Duration reconnection() {
    Duration quarter =
        recovery.map(MesosEnvironment.Recovery::backoffMax).orElse(SETTLING).dividedBy(4);
    return quarter.compareTo(RETRY) < 0 ? quarter : RETRY;
  }

  /** By when all has to be over after a SHUTDOWN, so that the agent finds nothing left to kill. */
  Duration shutdown() {
    Duration tenth = shutdownGracePeriod.dividedBy(10);
    return shutdownGracePeriod.minus(tenth.compareTo(EXIT) < 0 ? tenth : EXIT);
  }

  /** After this a subscription is not one of a series that fails, and its agent has recovered. */
  Duration settling() {
    return recovery
        .map(MesosEnvironment.Recovery::backoffMax)
        .filter(recovering -> recovering.compareTo(SETTLING) > 0)
        .orElse(SETTLING);
  }

  /** What suits a real agent. */
  public static DriverTimings of(MesosEnvironment environment) {
    return new DriverTimings(
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofSeconds(5),
        environment.shutdownGracePeriod(),
        Duration.ofMinutes(5),
        environment.recovery());
  }
}
