package org.thermos.health;

import java.time.Duration;

/**
 * {@code TaskInfo.check}: looked at and told, without consequences.
 *
 * @param delay before the first check
 * @param interval between the end of a check and the start of the next
 * @param timeout of a check; zero, none
 */
public record MesosCheck(MesosProbe probe, Duration delay, Duration interval, Duration timeout) {}
