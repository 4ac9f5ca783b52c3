package org.thermos.mesos;

import java.time.Duration;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.executor.Protos.Call;

/** What {@link DriverMachine} wants done. */
sealed interface Effect {

  /** Open the event stream; its records, and its end or failure, come back as events. */
  record Subscribe(Call call) implements Effect {}

  /** Ask the agent for its version. */
  record AskVersion() implements Effect {}

  /**
   * Post a call on a connection of its own and, if it is accepted, hold that until the agent ends
   * it.
   */
  record Probe(Call call) implements Effect {}

  /** Post a call; its answer comes back as an event before the next one is posted. */
  record Post(Call call) implements Effect {}

  record Deliver(Callback callback) implements Effect {}

  record SetTimer(Timer timer, Duration after) implements Effect {}

  record ClearTimer(Timer timer) implements Effect {}

  record Log(String line) implements Effect {}

  /** End every connection and thread; nothing comes after this one. */
  record Finish(Status status) implements Effect {}
}
