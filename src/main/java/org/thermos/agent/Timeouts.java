package org.thermos.agent;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The agent's waiting times.
 *
 * @param registration how long a started executor may take to subscribe
 * @param reregistration how long, after the agent came back, an executor may take to subscribe
 *     again
 * @param shutdownGrace how long an executor told to shut down may take, unless its ExecutorInfo
 *     says otherwise
 * @param recovery what executors are told to wait at most for an agent that is away
 * @param updateRetryMinimum first wait before an unacknowledged update is sent again; doubles
 * @param updateRetryMaximum longest wait between two sendings of an update
 * @param routing how long a restarted agent answers 404: it listens but has no routes yet
 * @param recovering how long it then answers 503 to everything
 */
public record Timeouts(
    Duration registration,
    Duration reregistration,
    Duration shutdownGrace,
    Duration recovery,
    Duration updateRetryMinimum,
    Duration updateRetryMaximum,
    Duration routing,
    Duration recovering) {

  /** What a Mesos agent does when its flags say nothing; the last two are as observed. */
  public static final Timeouts DEFAULTS =
      new Timeouts(
          Duration.ofMinutes(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofMinutes(15),
          Duration.ofSeconds(10),
          Duration.ofMinutes(10),
          Duration.ofMillis(50),
          Duration.ofMillis(150));

  /** The same with another {@code registration}. */
  public Timeouts withRegistration(Duration other) {
    return new Timeouts(
        other,
        reregistration,
        shutdownGrace,
        recovery,
        updateRetryMinimum,
        updateRetryMaximum,
        routing,
        recovering);
  }

  /** The same with another {@code reregistration}. */
  public Timeouts withReregistration(Duration other) {
    return new Timeouts(
        registration,
        other,
        shutdownGrace,
        recovery,
        updateRetryMinimum,
        updateRetryMaximum,
        routing,
        recovering);
  }

  /** The same with another {@code shutdownGrace}. */
  public Timeouts withShutdownGrace(Duration other) {
    return new Timeouts(
        registration,
        reregistration,
        other,
        recovery,
        updateRetryMinimum,
        updateRetryMaximum,
        routing,
        recovering);
  }

  /** The same with another {@code recovery}. */
  public Timeouts withRecovery(Duration other) {
    return new Timeouts(
        registration,
        reregistration,
        shutdownGrace,
        other,
        updateRetryMinimum,
        updateRetryMaximum,
        routing,
        recovering);
  }

  public Timeouts {
    requireNonNull(registration, "registration is null");
    requireNonNull(reregistration, "reregistration is null");
    requireNonNull(shutdownGrace, "shutdownGrace is null");
    requireNonNull(recovery, "recovery is null");
    requireNonNull(updateRetryMinimum, "updateRetryMinimum is null");
    requireNonNull(updateRetryMaximum, "updateRetryMaximum is null");
    requireNonNull(routing, "routing is null");
    requireNonNull(recovering, "recovering is null");
  }
}
