package org.thermos.agent;

import com.google.protobuf.ByteString;
import java.time.Duration;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Event;

/** What the machine of an executor wants done. */
sealed interface Effect {
  /** Write to the executor's stream; lost when there is none, as with a real agent. */
  record Send(Event event) implements Effect {}

  /** End the executor's stream properly. */
  record CloseStream() implements Effect {}

  /** Hand to the scheduler. Attempts count from 1. */
  record Deliver(TaskStatus status, int attempt) implements Effect {}

  /** Hand to the scheduler. */
  record DeliverMessage(ByteString data) implements Effect {}

  /** Tell whoever watches that the executor is connected. */
  record ReportSubscribed() implements Effect {}

  /** Tell the scheduler that the executor ended, with its raw wait status. */
  record ReportEnd(int waitStatus) implements Effect {}

  /** Start, or start anew. */
  record StartTimer(Timer timer, Duration after) implements Effect {}

  /** Stop, if it runs. */
  record CancelTimer(Timer timer) implements Effect {}

  /** Kill everything the executor started. */
  record DestroyContainer() implements Effect {}
}
