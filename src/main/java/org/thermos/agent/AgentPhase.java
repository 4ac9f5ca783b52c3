package org.thermos.agent;

/** Where the agent itself is; a restart goes through all of them in this order. */
enum AgentPhase {
  /** Not listening. */
  STOPPED,
  /** Listening, but answering 404: the process is up and has no routes yet. */
  ROUTING,
  /** Answering 503. */
  RECOVERING,
  /** Executors may subscribe again; everything else is answered 503. */
  REREGISTERING,
  RUNNING
}
