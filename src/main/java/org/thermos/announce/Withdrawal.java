package org.thermos.announce;

/** How a withdrawal ended. */
public enum Withdrawal {
  /** There is no node, and none will appear. */
  GONE,
  /**
   * There may be a node still, which could not be deleted in time or is not ours to delete. It goes
   * with the session: when the service is closed, or the session expires.
   */
  LEFT_TO_EXPIRY
}
