/**
 * Whether a task is healthy: Thermos' own check (health 7.1 to 7.6), the definitions that Mesos has
 * for its executors, and the HTTP lifecycle (executor 6.10).
 *
 * <p>{@link org.thermos.health.HealthJudge} and {@link org.thermos.health.MesosHealthJudge} decide
 * and touch nothing; {@link org.thermos.health.HealthService} has the threads. Only this machine is
 * ever asked.
 */
package org.thermos.health;
