package org.thermos.executor;

import java.time.Duration;
import java.util.Optional;
import org.thermos.config.Assignment;

/**
 * A task that the scheduler wants to run here.
 *
 * @param grace what its kill policy leaves it, if it has one
 */
record Launch(String taskId, Assignment assignment, Optional<Duration> grace) {}
