package org.thermos.process;

/** What became of a signal. */
public enum SignalResult {
  DELIVERED,
  /** The process has ended, or its number is another's by now; nobody got the signal. */
  GONE,
  /** The process is another account's. */
  FORBIDDEN
}
