package org.thermos.health;

import java.time.Duration;

/**
 * {@code TaskInfo.health_check}.
 *
 * @param delay before the first check
 * @param interval between the end of a check and the start of the next
 * @param timeout of a check; zero, none
 * @param consecutiveFailures after which the task is to be killed
 * @param gracePeriod from the start, delay included, in which failures do not count unless a check
 *     has succeeded before
 */
public record MesosHealthCheck(
    MesosProbe probe,
    Duration delay,
    Duration interval,
    Duration timeout,
    int consecutiveFailures,
    Duration gracePeriod) {}
