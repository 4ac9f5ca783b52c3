package org.thermos.executor;

/** Who has a say in the state of a task, in the order in which they are asked (executor 6.8). */
enum Checker {
  RUNNER,
  KILL_MANAGER,
  HEALTH,
  RESOURCES,
  ANNOUNCER
}
