package org.thermos.mesos;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Call.Update;

/**
 * The calls on their way to the agent: updates, which are kept until acknowledged, and messages,
 * which are tried once. One is posted at a time, and an update goes back to the head if that fails,
 * so order is kept.
 */
final class Outbox {

  /** By uuid, in the order they were sent. */
  private final Map<ByteString, Update> unacknowledged = new LinkedHashMap<>();

  private final DriverCounters counters;

  /** Of the unacknowledged ones, those that the agent may have. */
  private final Set<ByteString> sent = new HashSet<>();

  private final Deque<Call> waiting = new ArrayDeque<>();
  private Optional<Call> posted = Optional.empty();

  Outbox(DriverCounters counters) {
    this.counters = counters;
  }

  void add(Call call) {
    if (call.hasUpdate()) {
      unacknowledged.put(uuid(call), call.getUpdate());
    }
    waiting.add(call);
  }

  /** The next call to post, unless one is being posted. */
  Optional<Call> post() {
    if (posted.isPresent() || waiting.isEmpty()) {
      return Optional.empty();
    }
    posted = Optional.of(waiting.remove());
    posted.filter(Call::hasUpdate).ifPresent(call -> count(uuid(call)));
    return posted;
  }

  /** The agent has taken the posted call. */
  void accepted() {
    posted = Optional.empty();
  }

  /** The agent will never take the posted call, which is returned. */
  Optional<Call> refused() {
    Optional<Call> call = posted;
    posted = Optional.empty();
    call.filter(Call::hasUpdate)
        .ifPresent(
            update -> {
              unacknowledged.remove(uuid(update));
              sent.remove(uuid(update));
            });
    return call;
  }

  /**
   * The posted call may not have arrived: again next time, if it is an update not yet acknowledged.
   */
  void failed() {
    posted
        .filter(call -> call.hasUpdate() && unacknowledged.containsKey(uuid(call)))
        .ifPresent(waiting::addFirst);
    posted = Optional.empty();
  }

  /** Takes the update out for good, if it is there. */
  Optional<Update> acknowledged(ByteString uuid) {
    waiting.removeIf(call -> call.hasUpdate() && uuid(call).equals(uuid));
    Optional<Update> update = Optional.ofNullable(unacknowledged.remove(uuid));
    update.ifPresent(known -> counters.acknowledged.incrementAndGet());
    sent.remove(uuid);
    return update;
  }

  /** The agent got these with a subscription: no need to post them, only to wait. */
  void delivered(List<Update> updates) {
    waiting.removeIf(call -> call.hasUpdate() && updates.contains(call.getUpdate()));
    updates.forEach(update -> count(update.getStatus().getUuid()));
  }

  List<Update> unacknowledged() {
    return List.copyOf(unacknowledged.values());
  }

  /** Whether everything has been posted and answered. */
  boolean isPosted() {
    return waiting.isEmpty() && posted.isEmpty();
  }

  private void count(ByteString uuid) {
    (sent.add(uuid) ? counters.sent : counters.resent).incrementAndGet();
  }

  private static ByteString uuid(Call call) {
    return call.getUpdate().getStatus().getUuid();
  }
}
