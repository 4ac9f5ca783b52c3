package org.thermos.executor;

/** Who has a say in the state of a task, in the order in which they are asked (executor 6.8). */
enum Checker {
  RUNNER,
  KILL_MANAGER,
  HEALTH,
  /** The check that Mesos defines has a say only in the end. */
  MESOS_HEALTH,
  RESOURCES,
  ANNOUNCER
}
