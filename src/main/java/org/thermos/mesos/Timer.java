package org.thermos.mesos;

/** What the driver may be waiting for. One of each at most; setting one anew replaces it. */
enum Timer {
  /** Try to reach the agent again. */
  RECONNECT,
  /** The agent has been out of reach for too long. */
  RECOVERY,
  /** The last subscription, or the failure of one, is a while ago. */
  SETTLED,
  /** Post the call again that failed. */
  RETRY_CALL,
  /** Acknowledgements have been waited for long enough. */
  ACKNOWLEDGEMENTS,
  /** Stopping has taken long enough, whatever it waits for. */
  STOP,
  /** The executor was told to shut down and has not called stop. */
  SHUTDOWN
}
