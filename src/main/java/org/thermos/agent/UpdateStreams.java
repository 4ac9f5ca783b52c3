package org.thermos.agent;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Protos.TaskStatus;

/** The update streams of one executor's tasks. Tasks are independent of each other. */
final class UpdateStreams {
  /** Bounds what an executor can make up: it may send updates for tasks it was never given. */
  static final int MAX_STREAMS = 1_000;

  private final Timeouts timeouts;
  private final Map<String, UpdateStream> streams = new LinkedHashMap<>();
  private boolean paused;

  UpdateStreams(Timeouts timeouts) {
    this.timeouts = timeouts;
  }

  boolean hasRoomFor(String task) {
    UpdateStream stream = streams.get(task);
    return stream == null ? streams.size() < MAX_STREAMS : !stream.isFull();
  }

  /** Whether the scheduler has acknowledged everything. */
  boolean isSettled() {
    return streams.values().stream().allMatch(UpdateStream::isEmpty);
  }

  boolean hasSeen(TaskStatus status) {
    UpdateStream stream = streams.get(status.getTaskId().getValue());
    return stream != null && stream.hasSeen(status.getUuid());
  }

  void add(TaskStatus status, List<Effect> effects) {
    String task = status.getTaskId().getValue();
    UpdateStream stream =
        streams.computeIfAbsent(
            task,
            t -> new UpdateStream(timeouts.updateRetryMinimum(), timeouts.updateRetryMaximum()));
    if (stream.add(status)) {
      sendNext(task, stream, effects);
    }
  }

  void retry(String task, List<Effect> effects) {
    UpdateStream stream = streams.get(task);
    if (stream != null) {
      sendNext(task, stream, effects);
    }
  }

  /** Returns the acknowledged update, if it was the one waited for. */
  Optional<TaskStatus> acknowledge(String task, ByteString uuid, List<Effect> effects) {
    UpdateStream stream = streams.get(task);
    Optional<TaskStatus> acknowledged =
        stream == null ? Optional.empty() : stream.acknowledge(uuid);
    acknowledged.ifPresent(
        status -> {
          effects.add(new Effect.CancelTimer(new Timer.UpdateRetry(task)));
          if (stream.isEmpty() && TaskStates.isTerminal(status.getState())) {
            streams.remove(task);
          } else {
            sendNext(task, stream, effects);
          }
        });
    return acknowledged;
  }

  /** Nothing goes out until {@link #resume}. */
  void pause() {
    paused = true;
  }

  /** Sends every stream's next update, also those that were sent before the pause. */
  void resume(List<Effect> effects) {
    paused = false;
    streams.forEach((task, stream) -> sendNext(task, stream, effects));
  }

  private void sendNext(String task, UpdateStream stream, List<Effect> effects) {
    if (!paused && stream.next().isPresent()) {
      effects.add(new Effect.Deliver(stream.next().get(), stream.countAttempt()));
      effects.add(new Effect.StartTimer(new Timer.UpdateRetry(task), stream.backOff()));
    }
  }
}
