package org.thermos.agent;

/** How an agent acknowledges the updates of its executors. */
public enum Acknowledging {
  PROMPTLY,
  /** Each two times. */
  TWICE,
  /** Not before it is told to acknowledge otherwise. */
  LATE,
  NEVER
}
