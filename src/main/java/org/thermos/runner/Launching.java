package org.thermos.runner;

/** Whether a runner may start processes. */
public enum Launching {
  ALLOWED,

  /**
   * Not any more: the task is only to be ended. For whoever takes a task over without knowing as
   * whom, or where, its processes run.
   */
  FORBIDDEN
}
