package org.thermos.executor;

import java.time.Duration;

/**
 * What an {@link ExecutorMachine} has to be told.
 *
 * @param maxTasks how many tasks it takes at a time, at least 1
 * @param stopTimeout how long a task may take to end when it is killed
 * @param shutdownGrace how long the executor may take to end when nobody says otherwise
 * @param linger how long the driver is given to deliver before it is stopped
 */
record MachineSettings(
    Relay relay, int maxTasks, Duration stopTimeout, Duration shutdownGrace, Duration linger) {}
