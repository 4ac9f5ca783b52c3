/**
 * The embedded agent: the agent's side of the Mesos v1 executor API, for one machine and for tests.
 *
 * <p>It is not a mock. It serves the HTTP API on a loopback port, lays out the agent's work
 * directory, sets the agent's environment, starts executors as child processes, keeps and retries
 * unacknowledged updates, can be restarted while an executor lives and kills after the grace
 * period. Texts, reasons and status codes are those of Mesos 1.3.2.
 *
 * <p>{@link org.thermos.agent.ExecutorMachine} decides and touches nothing; {@link
 * org.thermos.agent.ExecutorSlot} performs what it decided, on the agent's one thread; {@link
 * org.thermos.agent.HttpServer} and {@link org.thermos.agent.PosixLauncher} are the outside.
 */
package org.thermos.agent;
