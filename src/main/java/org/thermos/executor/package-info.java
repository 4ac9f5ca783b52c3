/**
 * The Mesos executor of one Thermos task (executor 6): takes the task from the agent, makes its
 * sandbox, starts its runner, and turns what the runner's checkpoint and the checkers say into
 * status updates.
 *
 * <p>{@link org.thermos.executor.ExecutorMachine} decides and touches nothing; {@link
 * org.thermos.executor.ExecutorLoop} brings it the events of the agent, the broker and the
 * checkpoint on one thread and has its effects performed. Nothing here knows how the agent is
 * spoken to.
 */
package org.thermos.executor;
