package org.thermos.config;

import java.time.Duration;

/** How a task's health is checked (health 7.1). */
public sealed interface HealthCheck {

  /** Not at all: it is assumed healthy. */
  enum None implements HealthCheck {
    NONE
  }

  /**
   * By a GET on this machine.
   *
   * @param scheme http, or https with any certificate
   * @param expectedResponse the body; empty, any will do
   */
  record Http(
      String scheme,
      int port,
      String endpoint,
      String expectedResponse,
      StatusCodes expectedResponseCode,
      Timing timing)
      implements HealthCheck {
    public String url() {
      return scheme + "://localhost:" + port + endpoint;
    }
  }

  /** By connecting to it on this machine. */
  record Tcp(int port, Timing timing) implements HealthCheck {}

  /**
   * By a command.
   *
   * @param command fully bound, for {@code /bin/bash -c}
   */
  record Shell(String command, Timing timing) implements HealthCheck {}

  /**
   * When to check, and how often it may fail (health 7.4).
   *
   * @param interval between the end of a check and the start of the next, more than zero
   * @param gracePeriod how long failures are forgiven
   */
  record Timing(
      Duration interval,
      Duration gracePeriod,
      Duration timeout,
      int maxConsecutiveFailures,
      int minConsecutiveSuccesses) {
    private static final Duration CENTURY = Duration.ofDays(36_500);

    /** How many of the first attempts may fail. */
    public long forgivingAttempts() {
      return (long) Math.ceil((double) gracePeriod.toNanos() / interval.toNanos());
    }

    /** How long the grace period and the failures allowed after it take: at most a century. */
    public Duration patience() {
      Duration failing = interval.multipliedBy(maxConsecutiveFailures);
      Duration patience = gracePeriod.plus(failing);
      return patience.compareTo(CENTURY) < 0 ? patience : CENTURY;
    }

    /** The attempt by which the task must be running. */
    public long maxAttemptsToRunning() {
      return forgivingAttempts() + maxConsecutiveFailures + minConsecutiveSuccesses;
    }
  }
}
