package org.thermos.config;

import java.time.Duration;
import java.util.Optional;

/**
 * A process of a task (config 5.1).
 *
 * @param name unique in the task, fit for a file name
 * @param cmdline the shell command, exactly as it is to be run
 * @param maxFailures how many failed runs fail the process for good; 0 is no limit
 * @param minDuration least time between the end of a run and the start of the next
 * @param isFinal whether it runs after the others, in the finalizing plan
 * @param logger what becomes of its output; absent, the runner's flags decide
 */
public record ProcessConfig(
    String name,
    String cmdline,
    int maxFailures,
    boolean daemon,
    boolean ephemeral,
    Duration minDuration,
    boolean isFinal,
    Optional<LoggerConfig> logger) {}
