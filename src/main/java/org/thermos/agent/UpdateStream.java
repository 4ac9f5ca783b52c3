package org.thermos.agent;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.apache.mesos.Protos.TaskStatus;

/**
 * The updates of one task on their way to the scheduler: one at a time, each until acknowledged,
 * each uuid once.
 */
final class UpdateStream {
  /** A task that reports this many times without the scheduler acknowledging is not normal. */
  static final int MAX_PENDING = 1_000;

  /** Uuids older than this many updates are forgotten: a repetition would go out again. */
  private static final int MAX_REMEMBERED = 10_000;

  private final Duration retryMinimum;
  private final Duration retryMaximum;
  private final Queue<TaskStatus> pending = new ArrayDeque<>();
  private final Set<ByteString> received = new HashSet<>();
  private final Queue<ByteString> receivedInOrder = new ArrayDeque<>();
  private int attempts;
  private Duration retryAfter;

  UpdateStream(Duration retryMinimum, Duration retryMaximum) {
    this.retryMinimum = retryMinimum;
    this.retryMaximum = retryMaximum;
    this.retryAfter = retryMinimum;
  }

  boolean isFull() {
    return pending.size() >= MAX_PENDING;
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  boolean hasSeen(ByteString uuid) {
    return received.contains(uuid);
  }

  /** Takes a new update; true when it is the next to go out. */
  boolean add(TaskStatus status) {
    if (received.add(status.getUuid())) {
      receivedInOrder.add(status.getUuid());
      if (receivedInOrder.size() > MAX_REMEMBERED) {
        received.remove(receivedInOrder.remove());
      }
    }
    pending.add(status);
    return pending.size() == 1;
  }

  Optional<TaskStatus> next() {
    return Optional.ofNullable(pending.peek());
  }

  /** Counts one sending of the next update; returns how many there were with it. */
  int countAttempt() {
    return ++attempts;
  }

  /** The wait before the next update is sent again; doubles each time it is asked for. */
  Duration backOff() {
    Duration wait = retryAfter;
    Duration doubled = retryAfter.multipliedBy(2);
    retryAfter = doubled.compareTo(retryMaximum) < 0 ? doubled : retryMaximum;
    return wait;
  }

  /** Removes the next update if this uuid is its own; other acknowledgements mean nothing. */
  Optional<TaskStatus> acknowledge(ByteString uuid) {
    TaskStatus head = pending.peek();
    if (head == null || !head.getUuid().equals(uuid)) {
      return Optional.empty();
    }
    pending.remove();
    attempts = 0;
    retryAfter = retryMinimum;
    return Optional.of(head);
  }
}
