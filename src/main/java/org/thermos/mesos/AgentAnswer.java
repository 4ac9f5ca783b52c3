package org.thermos.mesos;

import org.thermos.http.Quoted;

/** How an exchange with the agent went. */
sealed interface AgentAnswer {

  /** Nobody listens at the agent's address: its process is gone. */
  record NobodyListens(String detail) implements AgentAnswer {
    @Override
    public String toString() {
      return detail;
    }
  }

  /** The connection failed or ended, or made no sense. The agent may live or not. */
  record Broken(String detail) implements AgentAnswer {
    @Override
    public String toString() {
      return detail;
    }
  }

  /** An answer, with the text that came with it. */
  record Answered(int status, String text) implements AgentAnswer {
    @Override
    public String toString() {
      return "status " + status + (text.isBlank() ? "" : " " + Quoted.text(text.strip()));
    }
  }
}
